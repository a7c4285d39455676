"""Which record type a line is: chosen by its first character, its class and its codes."""

from __future__ import annotations

from culm.rails.ach.addenda import (
    AddendaRecord,
    ChangeAddenda,
    ContestedReturnAddenda,
    DishonoredReturnAddenda,
    IatReturnAddenda,
    MachineAddenda,
    PaymentAddenda,
    RefusedChangeAddenda,
    ReturnAddenda,
    ReturnRecord,
    TerminalAddenda,
)
from culm.rails.ach.entry_details import EntryDetail, EntryRecord, IatEntryDetail
from culm.rails.ach.iat_addenda import (
    IatCorrespondentAddenda,
    IatInstitutionAddenda,
    IatOriginatorAddenda,
    IatOriginatorPlaceAddenda,
    IatReceiverAddenda,
    IatReceiverPlaceAddenda,
    IatRemittanceAddenda,
    IatTransactionAddenda,
)
from culm.rails.ach.reasons import CONTESTED, DISHONORED, REFUSED_CHANGE_CODES
from culm.rails.ach.records import (
    AdvBatchControl,
    BatchControl,
    BatchControlRecord,
    BatchHeader,
    BatchHeaderRecord,
    IatBatchHeader,
)
from culm.rails.ach.sec_codes import IAT_COR, SECS, Sec

_IAT_COR = "IATCOR"

_ADDENDA: dict[str, type[AddendaRecord]] = {
    "02": TerminalAddenda,
    "05": PaymentAddenda,
    "10": IatTransactionAddenda,
    "11": IatOriginatorAddenda,
    "12": IatOriginatorPlaceAddenda,
    "13": IatInstitutionAddenda,
    "14": IatInstitutionAddenda,
    "15": IatReceiverAddenda,
    "16": IatReceiverPlaceAddenda,
    "17": IatRemittanceAddenda,
    "18": IatCorrespondentAddenda,
}


def batch_header(text: str, line: int, batch: int) -> BatchHeaderRecord:
    """A Company/Batch Header; that of IAT, and of IAT's notifications of change, is another."""
    sec = text[50:53].upper()
    if sec == "IAT" or (sec == "COR" and text[4:10].upper() == _IAT_COR):
        return IatBatchHeader(text, line, batch)
    return BatchHeader(text, line, batch)


def sec_of(header: BatchHeaderRecord) -> Sec | None:
    """What the batch may carry; None when its class is unknown."""
    sec = header.sec.upper()
    if sec == "COR" and isinstance(header, IatBatchHeader):
        return IAT_COR
    return SECS.get(sec)


def entry_type(sec: Sec | None) -> type[EntryRecord]:
    """The layout of the entries of a batch."""
    return EntryDetail if sec is None else sec.entry


def addenda(text: str, line: int, batch: int, sec: Sec | None) -> AddendaRecord:
    """An addenda record in the layout of its type; `AddendaRecord` itself when that is unknown."""
    return _addenda_type(text, sec)(text, line, batch)


def _addenda_type(text: str, sec: Sec | None) -> type[AddendaRecord]:
    kind, code = text[1:3], text[3:6].upper()
    if kind == "99":
        return _return_type(code, sec)
    if kind == "98":
        return RefusedChangeAddenda if code in REFUSED_CHANGE_CODES else ChangeAddenda
    if kind == "02" and sec is not None and sec.code == "MTE":
        return MachineAddenda
    return _ADDENDA.get(kind, AddendaRecord)


def _return_type(reason: str, sec: Sec | None) -> type[ReturnRecord]:
    if reason in DISHONORED:
        return DishonoredReturnAddenda
    if reason in CONTESTED:
        return ContestedReturnAddenda
    if sec is not None and issubclass(sec.entry, IatEntryDetail):
        return IatReturnAddenda
    return ReturnAddenda


def batch_control(text: str, line: int, batch: int, sec: Sec | None) -> BatchControlRecord:
    """A Company/Batch Control; that of accounting advices is another."""
    advices = sec is not None and sec.code == "ADV"
    return (AdvBatchControl if advices else BatchControl)(text, line, batch)
