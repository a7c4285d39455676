"""Builds a new file from values: traces, controls, counts, hashes, totals and padding are computed.

For the classes that share the plain or the counting entry layout: PPD, CCD, WEB, TEL, CTX, their
returns and notifications of change, ARC, BOC, RCK, ACK, ATX, TRX, CIE, DNE. IAT, ADV and card
entries are composed record by record (`layout.compose`).
"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach import building_addenda
from culm.rails.ach.digits import are_digits, check_digit
from culm.rails.ach.entry import Entry
from culm.rails.ach.entry_details import CtxEntryDetail, EntryDetail, EntryRecord
from culm.rails.ach.layout import FieldError, R, compose, yymmdd
from culm.rails.ach.limits import BLOCKING_FACTOR, RECORD_CHARS
from culm.rails.ach.new_file import NewBatch, NewEntry, NewFile
from culm.rails.ach.reader import Event
from culm.rails.ach.records import BatchControl, BatchHeader, FileControl, FileHeader, Filler
from culm.rails.ach.sec_codes import SECS
from culm.rails.ach.tally import Sums
from culm.rails.ach.transaction_codes import CODES


def build(new: NewFile) -> Iterator[Event]:
    """The file's records in order, for `writer.write`.

    Raises `FieldError` for a value that does not fit its field, a routing number with a wrong
    check digit, or a class of entries that is not built here. The rest of the Rules is the
    reader's to judge.
    """
    building = Building()
    yield building.begin(new)
    for number, batch in enumerate(new.batches, 1):
        yield from building.batch(batch, number)
    yield from building.end()


class Building:
    """A file so far: how many lines it has and what it comes to.

    Whoever does not have all batches at once takes the records of each as it comes: those of
    `begin`, of `batch` for one after the other, and of `end`.
    """

    def __init__(self) -> None:
        self.line = 0
        self.ordinal = 0
        self.batches = 0
        self.sums = Sums()

    def begin(self, new: NewFile) -> FileHeader:
        """The header; of the file's batches nothing is looked at."""
        return self.place(_file_header(new))

    def end(self) -> Iterator[Event]:
        """The file's control, and what fills the last block."""
        yield self.place(_file_control(self))
        for _ in range(-self.line % BLOCKING_FACTOR):
            yield self.place(Filler("9" * RECORD_CHARS))

    def place(self, record: R) -> R:
        """The record on the next line."""
        self.line += 1
        return type(record)(record.text, self.line, self.ordinal)

    def batch(self, new: NewBatch, number: int) -> Iterator[Event]:
        """A batch with its control."""
        self.ordinal = number
        self.batches += 1
        service_class = new.service_class or _service_class(new)
        sums = Sums()
        yield self.place(_batch_header(new, number, service_class))
        sequence = 0
        for entry in new.entries:
            sequence = sequence + 1 if entry.sequence_number is None else entry.sequence_number
            built = self._entry(entry, new, sequence)
            sums.count(built.detail)
            sums.addenda += len(built.addenda)
            yield built
        yield self.place(_batch_control(new, number, service_class, sums))
        self.sums.add(sums)
        self.ordinal = 0

    def _entry(self, new: NewEntry, batch: NewBatch, sequence: int) -> Entry:
        trace = f"{batch.odfi}{sequence:07}"
        detail = self.place(_entry_detail(new, batch.sec, trace))
        addenda = tuple(
            self.place(building_addenda.addenda(one, place, trace))
            for place, one in enumerate(new.addenda, 1)
        )
        return Entry(detail, addenda, batch.sec)


def _file_header(new: NewFile) -> FileHeader:
    return compose(
        FileHeader,
        immediate_destination=new.destination.rjust(10),
        immediate_origin=new.origin.rjust(10),
        file_creation_date=yymmdd(new.created_on),
        file_creation_time=new.created_at.strftime("%H%M") if new.created_at else "",
        file_id_modifier=new.modifier,
        immediate_destination_name=new.destination_name,
        immediate_origin_name=new.origin_name,
        reference_code=new.reference_code,
    )


def _batch_header(new: NewBatch, number: int, service_class: str) -> BatchHeader:
    return compose(
        BatchHeader,
        service_class=service_class,
        company_name=new.company_name,
        discretionary_data=new.discretionary_data,
        company_id=new.company_id,
        sec=new.sec,
        entry_description=new.entry_description,
        descriptive_date=new.descriptive_date,
        effective_entry_date=yymmdd(new.effective_on) if new.effective_on else "",
        originator_status=new.originator_status,
        odfi=new.odfi,
        batch_number=number,
    )


def _entry_detail(new: NewEntry, sec_code: str, trace: str) -> EntryRecord:
    sec = SECS.get(sec_code)
    routing = new.routing_number
    if sec is None or not issubclass(sec.entry, (EntryDetail, CtxEntryDetail)):
        raise FieldError(f"entries of class {sec_code!r} are not built from values")
    if not are_digits(routing) or len(routing) != 9 or check_digit(routing[:8]) != routing[8]:
        raise FieldError(f"{routing!r} is no routing number")
    counted: dict[str, str | int] = {}
    if sec.entry is CtxEntryDetail:
        counted["addenda_count"] = len(new.addenda)
    return compose(
        sec.entry,
        transaction_code=new.transaction_code,
        rdfi=routing[:8],
        check_digit=routing[8],
        account=new.account,
        amount=new.amount_minor,
        identification=new.identification,
        name=new.name,
        discretionary_data=new.discretionary_data,
        addenda_indicator="1" if new.addenda else "0",
        trace=trace,
        **counted,
    )


def _batch_control(new: NewBatch, number: int, service_class: str, sums: Sums) -> BatchControl:
    return compose(
        BatchControl,
        service_class=service_class,
        **_figures(sums),
        company_id=new.company_id,
        odfi=new.odfi,
        batch_number=number,
    )


def _file_control(building: Building) -> FileControl:
    blocks = -(-(building.line + 1) // BLOCKING_FACTOR)
    return compose(
        FileControl, batch_count=building.batches, block_count=blocks, **_figures(building.sums)
    )


def _figures(sums: Sums) -> dict[str, str | int]:
    """What both controls state."""
    return {
        "entry_addenda_count": sums.records,
        "entry_hash": sums.hash_digits or 0,
        "total_debit": sums.debit or 0,
        "total_credit": sums.credit or 0,
    }


def _service_class(new: NewBatch) -> str:
    sides = {CODES[e.transaction_code].side for e in new.entries if e.transaction_code in CODES}
    return {frozenset({"credit"}): "220", frozenset({"debit"}): "225"}.get(frozenset(sides), "200")
