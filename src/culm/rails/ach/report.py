"""What a survey of a file found: who sent it, what it comes to, what is wrong with it."""

from __future__ import annotations

import msgspec

from culm.rails.ach.deviation import Deviation
from culm.rails.ach.lines import PhysicalLayout
from culm.rails.ach.records import BatchHeaderRecord, FileControlRecord, FileHeader


class BatchReport(msgspec.Struct, frozen=True):
    """One batch of the file. Amounts are US cents."""

    ordinal: int
    """Its place among the file's batches, from 1; `header.batch_number` is the sender's own."""

    header: BatchHeaderRecord
    entry_count: int
    readable_entry_count: int
    """Entries without an error of their own or of their addenda, whatever else the batch has."""

    addenda_count: int
    debit_minor: int | None
    """The sum of its debits; None when an entry of it could not be read."""

    credit_minor: int | None
    readable: bool
    """Whether its entries may be used: it has no error of its own, the file header can be read,
    and the file was read to its end."""


class Report(msgspec.Struct, frozen=True):
    """A file, surveyed. Amounts are US cents."""

    header: FileHeader | None
    control: FileControlRecord | None
    sha256: str
    """Of the decompressed content, in hexadecimal."""

    size_bytes: int
    """Of the decompressed content."""

    line_count: int
    """Lines of every kind, padding and blank lines included."""

    entry_count: int
    addenda_count: int
    debit_minor: int | None
    """The sum of all debits; None when a batch could not be read."""

    credit_minor: int | None
    batches: tuple[BatchReport, ...]
    deviations: tuple[Deviation, ...]
    """Errors and warnings, in the order of their lines."""

    layout: PhysicalLayout
    valid: bool
    """Whether nothing refuses the file: warnings only, or nothing."""

    @property
    def errors(self) -> tuple[Deviation, ...]:
        """The deviations that refuse the file."""
        return tuple(d for d in self.deviations if d.severity == "error")

    @property
    def readable_batches(self) -> frozenset[int]:
        """The ordinals of the batches whose entries may be used."""
        return frozenset(b.ordinal for b in self.batches if b.readable)
