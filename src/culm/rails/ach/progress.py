"""What a reader knows of a file so far, and what can be said only at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from culm.rails.ach import check_control, limits
from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import number
from culm.rails.ach.findings import Findings, ReadingStoppedError
from culm.rails.ach.kinds import UNREADABLE_HEADER
from culm.rails.ach.layout import RECORD_TYPE
from culm.rails.ach.lines import PhysicalLayout
from culm.rails.ach.records import (
    BatchControlRecord,
    BatchHeaderRecord,
    FileControl,
    FileControlRecord,
    FileHeader,
)
from culm.rails.ach.report import BatchReport, Report
from culm.rails.ach.tally import OpenBatch, Sums

_UNREADABLE_LINE = frozenset({"line.character", "line.too-short", "line.too-long"})


class Progress:
    """The file as a whole, while it is read."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.control: FileControlRecord | None = None
        self.batch_count = 0
        self.last_batch_number: int | None = None
        self.blank_lines = 0
        self.fillers = 0
        self._header: FileHeader | None = None
        self._header_readable = False
        self._begun = False
        self._complete = False
        self._advice_batches = 0
        self._batches: list[tuple[BatchHeaderRecord, Sums]] = []
        self._sums = Sums()
        self._endings: list[tuple[int, str]] = []

    def ending(self, line: int, ending: str) -> None:
        """Notes that from this line on lines end in this way."""
        if self._endings and self._endings[-1][1] == ending:
            return
        if len(self._endings) == limits.MAX_ENDING_CHANGES:
            self.findings.add(
                "file.too-many-ending-changes", line, "Line endings change too often."
            )
            raise ReadingStoppedError
        self._endings.append((line, ending))

    def begin(self, line: int, *, header: bool) -> None:
        """Notes the first record, which must be a file header."""
        if not self._begun and not header:
            self._add(line, "file-header.missing", "The first record is not a file header.")
        self._begun = self._begun or not header

    def take_header(self, header: FileHeader, codes: list[str]) -> bool:
        """Keeps the first file header; False when it is not the file's first record."""
        first = not self._begun
        if self._header is None:
            self._header = header
            bad = UNREADABLE_HEADER | _UNREADABLE_LINE
            self._header_readable = first and bad.isdisjoint(codes)
        self._begun = True
        return first

    def take_batch_header(self, header: BatchHeaderRecord) -> None:
        """Notes a batch's number, and whether it is one of accounting advices."""
        given = number(header.batch_number)
        if given is not None:
            self.last_batch_number = given
        self._advice_batches += header.sec.upper() == "ADV"

    @property
    def only_advices(self) -> bool:
        """Whether every batch so far is one of accounting advices."""
        return 0 < self._advice_batches == self.batch_count

    def close(self, batch: OpenBatch, line: int, control: BatchControlRecord | None) -> None:
        """Adds a batch, with its control if it has one, to the file's sums."""
        sums = batch.sums
        if not sums.entries:
            self._add(line, "batch.empty", "The batch has no entries.", batch.ordinal)
        if sums.records > limits.MAX_BATCH_RECORDS:
            message = f"The batch has {sums.records} entry and addenda records."
            self._add(line, "batch.too-many-records", message, batch.ordinal)
        self._batches.append((batch.header, sums))
        self._sums.add(sums if control is None else check_control.stated(sums, control))

    def end(self, line: int, failure: Finding | None) -> None:
        """Judges what only the whole file shows."""
        line = max(line, 1)
        if failure is not None:
            self._add(line, failure.code, failure.message)
        elif not self._begun:
            self._add(line, "file.empty", "The file holds no records.")
        else:
            self._complete = True
            self._whole(line)
        self.findings.finish(line)

    def _whole(self, line: int) -> None:
        if not self.batch_count:
            self._add(line, "file.no-batches", "The file has no batches.")
        if 0 < self._advice_batches < self.batch_count:
            self._add(line, "file.mixed-advices", "Accounting advices stand among other batches.")
        if self.control is None:
            self._add(line, "file-control.missing", "The file has no file control.")
        else:
            for code, field, message in self._control_findings(self.control, line):
                self._add(self.control.line, code, message, field=field)
        for code, _, message in self._padding(line):
            self._add(line, code, message)

    def _control_findings(self, control: FileControlRecord, line: int) -> Iterable[Finding]:
        found = list(
            check_control.file_control(
                control,
                self._sums,
                batches=self.batch_count,
                records=self._records(line),
                fillers=self.fillers,
            )
        )
        # Some banks number batches with gaps and state the last number as the count. It is let
        # pass only where all else in the file, to the last cent, is right.
        if [f.code for f in found] == ["file-control.batch-count"] and not self.findings.errors:
            count = number(control.batch_count)
            if count is not None and count == self.last_batch_number and count > self.batch_count:
                code = "file-control.batch-count-numbering"
                found = [found[0]._replace(code=code)]
        if isinstance(control, FileControl) and control.reserved.strip():
            found.append(
                Finding("file-control.reserved", "reserved", "The reserved columns are not blank.")
            )
        return found

    def _records(self, line: int) -> int:
        return line - self.blank_lines - self.fillers

    def _padding(self, line: int) -> Iterator[Finding]:
        missing = -self._records(line) % limits.BLOCKING_FACTOR - self.fillers
        if missing > 0:
            yield Finding(
                "padding.missing", RECORD_TYPE, f"{missing} records of nines are missing."
            )
        elif missing < 0:
            yield Finding(
                "padding.surplus", RECORD_TYPE, f"{-missing} records of nines are too many."
            )
        ends = self._endings[:-1] if self._endings[-1][0] == line else self._endings
        if len({ending for _, ending in ends}) > 1:
            yield Finding("line.endings-mixed", RECORD_TYPE, "Lines end in more than one way.")

    def _add(
        self, line: int, code: str, message: str, batch: int | None = None, field: str = RECORD_TYPE
    ) -> None:
        self.findings.add(code, line, message, field=field, batch=batch)

    def report(self, sha256: str, size_bytes: int, line: int) -> Report:
        """All that is known."""
        usable = self._complete and self._header_readable
        refused = self.findings.refused_batches
        batches = tuple(
            BatchReport(
                header.batch,
                header,
                sums.entries,
                sums.entries - sums.at_fault,
                sums.addenda,
                sums.debit,
                sums.credit,
                usable and header.batch not in refused,
            )
            for header, sums in self._batches
        )
        total = Sums()
        for _, sums in self._batches:
            total.add(sums)
        return Report(
            header=self._header,
            control=self.control,
            sha256=sha256,
            size_bytes=size_bytes,
            line_count=line,
            entry_count=total.entries,
            addenda_count=total.addenda,
            debit_minor=total.debit,
            credit_minor=total.credit,
            batches=batches,
            deviations=tuple(sorted(self.findings.deviations, key=lambda d: d.line)),
            layout=PhysicalLayout(tuple(self._endings)),
            valid=self._complete and not self.findings.errors,
        )
