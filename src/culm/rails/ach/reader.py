"""Reads a file record by record, in flat memory, and judges it as it goes.

Never raises on what a file contains: all that is wrong becomes a deviation in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from culm.rails.ach import (
    check_addenda,
    check_batch,
    check_control,
    check_file,
    check_line,
    limits,
    parse,
)
from culm.rails.ach.addenda import AddendaRecord
from culm.rails.ach.check_entry import entry_detail
from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import are_digits
from culm.rails.ach.entry import Entry
from culm.rails.ach.entry_details import EntryRecord
from culm.rails.ach.findings import ReadingStoppedError
from culm.rails.ach.kinds import KINDS
from culm.rails.ach.layout import RECORD_TYPE
from culm.rails.ach.lines import blocks
from culm.rails.ach.progress import Progress
from culm.rails.ach.records import (
    AdvFileControl,
    BatchControlRecord,
    BatchHeaderRecord,
    FileControl,
    FileControlRecord,
    FileHeader,
    Filler,
    Stray,
)
from culm.rails.ach.report import Report
from culm.rails.ach.source import Readable, Source
from culm.rails.ach.tally import OpenBatch

Event = (
    FileHeader | BatchHeaderRecord | Entry | BatchControlRecord | FileControlRecord | Filler | Stray
)
"""What a file is made of. Fillers and stray lines come too, so that it can be written again."""


class Reader:
    """Iterate over it once for the events of a file, then ask it for the `report`."""

    def __init__(self, stream: Readable) -> None:
        """`stream` is read from where it stands to its end, and may hold gzip."""
        self._source = Source(stream)
        self._progress = Progress()
        self._line = 0
        self._batch: OpenBatch | None = None
        self._entry: EntryRecord | None = None
        self._addenda: list[AddendaRecord] = []
        self._addenda_total = 0
        self._unjudged = False
        self._at_fault = False

    @property
    def report(self) -> Report:
        """What is known of the file so far; only when all events were taken is it complete."""
        return self._progress.report(self._source.sha256, self._source.size_bytes, self._line)

    def __iter__(self) -> Iterator[Event]:
        try:
            yield from self._events()
        except ReadingStoppedError:
            self._progress.findings.finish(self._line)

    def _events(self) -> Iterator[Event]:
        for block in blocks(self._source):
            self._progress.ending(self._line + 1, block.ending)
            clean = block.clean
            for text in block.lines:
                self._line += 1
                batch = self._batch
                # Nearly every line of a large file passes here and goes no further.
                if clean and batch is not None and text[:1] == "6" and batch.quick(text):
                    if self._entry is not None:
                        yield self._completed(self._entry, batch)
                    self._entry = batch.entry_type(text, self._line, batch.ordinal)
                    self._unjudged = batch.must_close or text[78] == "1"
                else:
                    yield from self._record(text, clean)
        yield from self._close_batch()
        self._progress.end(self._line, self._source.failure)

    def _record(self, text: str, clean: bool) -> Iterator[Event]:
        """Any line that the quick look did not pass."""
        kind = text[:1]
        if not text.strip(" ") or text == check_line.END_OF_FILE_MARK:
            yield self._empty(text)
        elif kind == "9" and check_line.is_filler(text):
            yield from self._filler(text)
        elif self._progress.control is not None:
            yield self._stray(text, clean, "record.after-file-control")
        else:
            self._progress.begin(self._line, header=kind == "1")
            if kind == "6":
                yield from self._entry_detail(text, clean)
            elif kind == "7":
                yield from self._addenda_record(text, clean)
            elif kind == "5":
                yield from self._batch_header(text, clean)
            elif kind == "8":
                yield from self._batch_control(text, clean)
            elif kind == "9":
                yield from self._file_control(text, clean)
            elif kind == "1":
                yield self._file_header(text, clean)
            else:
                yield self._stray(text, clean, "record.unknown-type")

    def _found(self, findings: Iterable[Finding], line: int, batch: int | None) -> list[str]:
        """Reports findings, and says which codes they had."""
        codes = []
        for code, field, message in findings:
            self._progress.findings.add(code, line, message, field=field, batch=batch)
            codes.append(code)
        return codes

    def _judged(self, findings: Iterable[Finding], line: int, batch: int) -> None:
        """Reports what was found in the entry that is being read, or in its addenda."""
        codes = self._found(findings, line, batch)
        self._at_fault |= any(KINDS[code].severity == "error" for code in codes)

    def _here(self, findings: Iterable[Finding], batch: int | None) -> list[str]:
        return self._found(findings, self._line, batch)

    def _stray(self, text: str, clean: bool, code: str) -> Stray:
        """A record where none may stand: reported, and kept only so that it can be written."""
        ordinal = self._batch.ordinal if self._batch is not None else None
        messages = {
            "record.after-file-control": "A record follows the file control.",
            "record.unknown-type": "The line begins with no record type code.",
            "entry.outside-batch": "An entry stands in no batch.",
            "addenda.outside-entry": "An addenda record follows no entry.",
            "batch-control.outside-batch": "A batch control closes no batch.",
        }
        self._here([Finding(code, RECORD_TYPE, messages[code])], ordinal)
        self._here(check_line.line(text, clean, Stray), ordinal)
        return Stray(text, self._line)

    def _empty(self, text: str) -> Stray:
        self._progress.blank_lines += 1
        if text == check_line.END_OF_FILE_MARK:
            self._here(
                [Finding("line.end-of-file-mark", RECORD_TYPE, "A control-Z ends the text.")], None
            )
        else:
            self._here([Finding("line.blank", RECORD_TYPE, "The line is blank.")], None)
        self._bound(self._progress.blank_lines, "blank lines")
        return Stray(text, self._line)

    def _bound(self, count: int, what: str) -> None:
        if count > limits.MAX_EMPTY_LINES:
            self._stop("file.too-many-empty-lines", f"More than {limits.MAX_EMPTY_LINES} {what}.")

    def _stop(self, code: str, message: str) -> None:
        self._here([Finding(code, RECORD_TYPE, f"{message} Reading stopped.")], None)
        raise ReadingStoppedError

    def _filler(self, text: str) -> Iterator[Event]:
        yield from self._complete_entry()
        self._progress.begin(self._line, header=False)
        self._progress.fillers += 1
        self._bound(self._progress.fillers, "records of nines")
        ordinal = self._batch.ordinal if self._batch is not None else None
        closed = self._progress.control is not None
        self._here(check_line.filler(text, closed=closed), ordinal)
        yield Filler(text, self._line)

    def _file_header(self, text: str, clean: bool) -> FileHeader:
        header = FileHeader(text, self._line)
        codes = self._here(check_line.line(text, clean, FileHeader), None)
        codes += self._here(check_file.file_header(header), None)
        if not self._progress.take_header(header, codes):
            self._here(
                [Finding("file-header.misplaced", RECORD_TYPE, "This is not the first record.")],
                None,
            )
        return header

    def _batch_header(self, text: str, clean: bool) -> Iterator[Event]:
        yield from self._close_batch()
        progress = self._progress
        progress.batch_count += 1
        if progress.batch_count > limits.MAX_BATCHES:
            self._stop("file.too-many-batches", f"More than {limits.MAX_BATCHES} batches.")
        ordinal = progress.batch_count
        header = parse.batch_header(text, self._line, ordinal)
        self._here(check_line.line(text, clean, type(header)), ordinal)
        self._here(check_batch.batch_header(header, progress.last_batch_number), ordinal)
        progress.take_batch_header(header)
        self._batch = OpenBatch(header)
        yield header

    def _entry_detail(self, text: str, clean: bool) -> Iterator[Event]:
        yield from self._complete_entry()
        batch = self._batch
        if batch is None:
            yield self._stray(text, clean, "entry.outside-batch")
            return
        entry = batch.entry_type(text, self._line, batch.ordinal)
        line, ordinal = self._line, batch.ordinal
        self._judged(check_line.line(text, clean, type(entry)), line, ordinal)
        self._judged(entry_detail(entry, batch.context, batch.last_trace), line, ordinal)
        batch.sums.count(entry)
        if are_digits(entry.trace):
            batch.last_trace = entry.trace
        self._entry = entry
        self._unjudged = True

    def _addenda_record(self, text: str, clean: bool) -> Iterator[Event]:
        batch = self._batch
        if batch is not None:
            batch.sums.addenda += 1
        if batch is None or self._entry is None:
            yield self._stray(text, clean, "addenda.outside-entry")
            return
        addenda = parse.addenda(text, self._line, batch.ordinal, batch.sec)
        findings = check_line.line(text, clean, type(addenda))
        self._judged(findings, self._line, batch.ordinal)
        self._addenda_total += 1
        self._unjudged = True
        if self._addenda_total > limits.MAX_ADDENDA:
            yield Stray(text, self._line)
        else:
            self._addenda.append(addenda)

    def _complete_entry(self) -> Iterator[Event]:
        if self._entry is not None and self._batch is not None:
            yield self._completed(self._entry, self._batch)

    def _completed(self, entry: EntryRecord, batch: OpenBatch) -> Entry:
        """The entry that was waiting for its addenda, judged together with them."""
        addenda = tuple(self._addenda)
        if self._unjudged:
            for line, finding in check_addenda.attached(
                entry, addenda, self._addenda_total, batch.sec
            ):
                self._judged([finding], line, batch.ordinal)
            self._addenda.clear()
            self._addenda_total = 0
            batch.sums.at_fault += self._at_fault
            self._at_fault = False
        self._entry = None
        return Entry(entry, addenda, batch.header.sec.upper())

    def _batch_control(self, text: str, clean: bool) -> Iterator[Event]:
        yield from self._complete_entry()
        batch = self._batch
        if batch is None:
            yield self._stray(text, clean, "batch-control.outside-batch")
            return
        control = parse.batch_control(text, self._line, batch.ordinal, batch.sec)
        self._here(check_line.line(text, clean, type(control)), batch.ordinal)
        self._here(check_control.batch_control(control, batch), batch.ordinal)
        self._progress.close(batch, self._line, control)
        self._batch = None
        yield control

    def _close_batch(self) -> Iterator[Event]:
        """Ends a batch that has no control, where one is open."""
        yield from self._complete_entry()
        if self._batch is not None:
            missing = Finding(
                "batch.control-missing", RECORD_TYPE, "The batch has no control record."
            )
            self._here([missing], self._batch.ordinal)
            self._progress.close(self._batch, self._line, None)
            self._batch = None

    def _file_control(self, text: str, clean: bool) -> Iterator[Event]:
        yield from self._close_batch()
        control_type = AdvFileControl if self._progress.only_advices else FileControl
        control = control_type(text, self._line)
        self._here(check_line.line(text, clean, control_type), None)
        self._progress.control = control
        yield control
