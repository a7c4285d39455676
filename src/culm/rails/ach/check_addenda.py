"""Do an entry's addenda agree with it, and with the Rules? (Appendix Three, Addenda Records)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from culm.rails.ach.addenda import (
    AddendaRecord,
    ChangeAddenda,
    MachineAddenda,
    PaymentAddenda,
    RefusedChangeAddenda,
    ReturnRecord,
    TerminalAddenda,
)
from culm.rails.ach.check_fields import mandatory, upper_case
from culm.rails.ach.check_return import change, returned
from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import number
from culm.rails.ach.entry_details import CtxEntryDetail, EntryRecord, IatEntryDetail
from culm.rails.ach.iat_addenda import (
    IatAddenda,
    IatCorrespondentAddenda,
    IatInstitutionAddenda,
    IatRemittanceAddenda,
    IatTransactionAddenda,
)
from culm.rails.ach.reasons import IAT_TRANSACTION_TYPES
from culm.rails.ach.sec_codes import (
    IAT_MANDATORY,
    IAT_MAX_CORRESPONDENTS,
    IAT_MAX_REMITTANCE,
    IAT_NUMBER_QUALIFIERS,
    Sec,
)
from culm.rails.ach.transaction_codes import CODES

Located = tuple[int, Finding]
"""The line at fault, and what was found there."""

_NUMBERED = (PaymentAddenda, IatRemittanceAddenda, IatCorrespondentAddenda)
_TRACED = (TerminalAddenda, MachineAddenda, ChangeAddenda, RefusedChangeAddenda, ReturnRecord)


def attached(
    entry: EntryRecord, addenda: Sequence[AddendaRecord], total: int, sec: Sec | None
) -> Iterator[Located]:
    """Everything that deviates between an entry and the `total` addenda that followed it, of
    which `addenda` were kept."""
    backward = any(
        isinstance(a, (ReturnRecord, ChangeAddenda, RefusedChangeAddenda)) for a in addenda
    )
    for finding in _indicator(entry, total):
        yield entry.line, finding
    for finding in _code(entry, backward):
        yield entry.line, finding
    if sec is not None:
        for finding in _quantity(entry, addenda, total, sec, backward):
            yield entry.line, finding
    yield from _each(entry, addenda, sec)


def _indicator(entry: EntryRecord, total: int) -> Iterator[Finding]:
    if total and entry.addenda_indicator == "0":
        yield Finding(
            "entry.addenda-unexpected",
            "addenda_indicator",
            f"The entry announces no addenda, but {total} follow.",
        )
    elif not total and entry.addenda_indicator == "1":
        yield Finding(
            "entry.addenda-missing",
            "addenda_indicator",
            "The entry announces addenda, but none follow.",
        )


def _code(entry: EntryRecord, backward: bool) -> Iterator[Finding]:
    code = CODES.get(entry.transaction_code)
    if code is not None and (code.purpose == "return") != backward:
        forward = "a forward entry" if backward else "a return"
        yield Finding(
            "return.transaction-code",
            "transaction_code",
            f"Transaction code {code.code} is that of {forward}, but its addenda say otherwise.",
        )


def _quantity(
    entry: EntryRecord, addenda: Sequence[AddendaRecord], total: int, sec: Sec, backward: bool
) -> Iterator[Finding]:
    international = issubclass(sec.entry, IatEntryDetail)
    least, most = sec.min_addenda, sec.max_addenda
    if backward:
        least, most = (1, sec.max_addenda + 1) if international else (1, 1)
    elif _bare_remittance(entry, sec):
        least = max(least, 1)
    if total < least and not (total == 0 and entry.addenda_indicator == "1"):
        yield Finding(
            "entry.addenda-missing",
            "addenda_indicator",
            f"{total} addenda follow; this class of entry must have {least}.",
        )
    if total > most:
        yield Finding(
            "entry.addenda-too-many",
            "addenda_indicator",
            f"{total} addenda follow; this class of entry may have {most}.",
        )
    if sec.counts_addenda:
        yield from _count(entry, total, backward)
    if international and total >= len(IAT_MANDATORY):
        yield from _international_order(addenda)


def _bare_remittance(entry: EntryRecord, sec: Sec) -> bool:
    """Whether an entry of a class that pays carries no money: it is there for its addenda only
    (Appendix Three, Glossary: Transaction Code, zero dollar with remittance data)."""
    code = CODES.get(entry.transaction_code)
    return code is not None and code.purpose == "zero" and sec.moves_money


def _count(entry: EntryRecord, total: int, backward: bool) -> Iterator[Finding]:
    if not isinstance(entry, (CtxEntryDetail, IatEntryDetail)):
        return
    said = number(entry.addenda_count)
    if backward and said is not None:
        return  # a return copies the count of what it returns
    if isinstance(entry, IatEntryDetail) and said == len(IAT_MANDATORY) < total:
        yield Finding(
            "entry.addenda-count-mandatory",
            "addenda_count",
            f"The entry counts its mandatory addenda only; {total} follow.",
        )
    elif said != total:
        yield Finding(
            "entry.addenda-count",
            "addenda_count",
            f"The entry says {entry.addenda_count!r} addenda, but {total} follow.",
        )


def _international_order(addenda: Sequence[AddendaRecord]) -> Iterator[Finding]:
    types = [a.addenda_type for a in addenda]
    rest = types[len(IAT_MANDATORY) :]
    if tuple(types[: len(IAT_MANDATORY)]) != IAT_MANDATORY or rest != sorted(rest):
        yield Finding(
            "iat.addenda-order",
            "addenda_type",
            f"The addenda are of types {', '.join(types)}.",
        )
    counts = Counter(rest)
    if counts["17"] > IAT_MAX_REMITTANCE or counts["18"] > IAT_MAX_CORRESPONDENTS:
        yield Finding(
            "entry.addenda-too-many",
            "addenda_type",
            f"{counts['17']} remittance and {counts['18']} correspondent addenda follow; "
            f"{IAT_MAX_REMITTANCE} and {IAT_MAX_CORRESPONDENTS} are allowed.",
        )


def _each(
    entry: EntryRecord, addenda: Sequence[AddendaRecord], sec: Sec | None
) -> Iterator[Located]:
    seen: Counter[str] = Counter()
    for one in addenda:
        seen[one.addenda_type] += 1
        if type(one) is AddendaRecord or (sec is not None and one.addenda_type not in sec.addenda):
            yield (
                one.line,
                Finding(
                    "addenda.type",
                    "addenda_type",
                    f"Addenda of type {one.addenda_type!r} may not stand here.",
                ),
            )
        for finding in _one(entry, one, seen[one.addenda_type]):
            yield one.line, finding


def _one(entry: EntryRecord, one: AddendaRecord, place: int) -> Iterator[Finding]:
    if isinstance(one, _NUMBERED) and number(one.sequence_number) != place:
        yield Finding(
            "addenda.sequence",
            "sequence_number",
            f"The addenda is numbered {one.sequence_number!r}, but stands in place {place}.",
        )
    if isinstance(one, (PaymentAddenda, IatAddenda)):
        if one.entry_sequence_number != entry.trace[-7:]:
            yield Finding(
                "addenda.entry-sequence",
                "entry_sequence_number",
                "The addenda does not bear the last seven digits of the entry's trace number.",
            )
    elif isinstance(one, _TRACED) and one.trace != entry.trace:
        yield Finding("addenda.trace", "trace", "The addenda bears another trace number.")
    yield from mandatory(one)
    if isinstance(one, (IatInstitutionAddenda, IatCorrespondentAddenda)):
        yield from _institution(one)
    if isinstance(one, IatTransactionAddenda):
        yield from _transaction_type(one.transaction_type)
    if isinstance(one, ReturnRecord):
        yield from returned(one)
    if isinstance(one, (ChangeAddenda, RefusedChangeAddenda)):
        yield from change(one)


def _institution(one: IatInstitutionAddenda | IatCorrespondentAddenda) -> Iterator[Finding]:
    if one.number_qualifier not in IAT_NUMBER_QUALIFIERS:
        yield Finding(
            "iat.number-qualifier",
            "number_qualifier",
            f"{one.number_qualifier!r} does not say how the institution is numbered.",
        )


def _transaction_type(said: str) -> Iterator[Finding]:
    if said.upper() not in IAT_TRANSACTION_TYPES:
        yield Finding(
            "iat.transaction-type", "transaction_type", f"{said!r} is no reason for payment."
        )
    else:
        yield from upper_case("transaction_type", said)
