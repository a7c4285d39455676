"""Do the controls agree with what they close? (Appendix Three, Company/Batch and File Control)"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import number
from culm.rails.ach.limits import BLOCKING_FACTOR
from culm.rails.ach.records import (
    BatchControl,
    BatchControlRecord,
    BatchHeaderRecord,
    FileControlRecord,
    IatBatchHeader,
)
from culm.rails.ach.tally import OpenBatch, Sums


def batch_control(control: BatchControlRecord, batch: OpenBatch) -> Iterator[Finding]:
    """Everything in which a batch's control deviates from its header and its entries."""
    yield from _same_batch(control, batch)
    yield from _sums("batch-control", control, batch.sums)


def _same_batch(control: BatchControlRecord, batch: OpenBatch) -> Iterator[Finding]:
    header = batch.header
    for code, field, said, meant in (
        ("service-class", "service_class", control.service_class, header.service_class),
        ("odfi", "odfi", control.odfi, header.odfi),
        ("number", "batch_number", control.batch_number, header.batch_number),
    ):
        if said != meant:
            yield Finding(
                f"batch-control.{code}", field, f"The control says {said!r}, the header {meant!r}."
            )
    if isinstance(control, BatchControl):
        yield from _same_company(control, header)


def _same_company(control: BatchControl, header: BatchHeaderRecord) -> Iterator[Finding]:
    """The company is the header's, wherever in the field it stands; an IAT control may leave it
    out."""
    said = control.company_id.strip()
    left_out = not said and isinstance(header, IatBatchHeader)
    if said != header.company_id.strip() and not left_out:
        message = "The company identification differs from the header's."
        yield Finding("batch-control.company-id", "company_id", message)


def _sums(
    prefix: str, control: BatchControlRecord | FileControlRecord, sums: Sums
) -> Iterator[Finding]:
    for code, field, said, meant in (
        ("entry-count", "entry_addenda_count", control.entry_addenda_count, sums.records),
        ("entry-hash", "entry_hash", control.entry_hash, sums.hash_digits),
        ("debit-total", "total_debit", control.total_debit, sums.debit),
        ("credit-total", "total_credit", control.total_credit, sums.credit),
    ):
        stated = number(said)
        if stated is None:
            yield Finding(f"{prefix}.{code}", field, f"{said!r} is no number.")
        elif meant is not None and stated != meant:
            yield Finding(
                f"{prefix}.{code}",
                field,
                f"The control says {stated}, the records come to {meant}.",
            )


def stated(sums: Sums, control: BatchControlRecord) -> Sums:
    """The batch's sums, with the control's word for what could not be read in its entries: so a
    fault that its batch already bears is not found a second time in the file's totals."""
    best = Sums()
    best.entries, best.addenda = sums.entries, sums.addenda
    best.hash = number(control.entry_hash) if sums.hash is None else sums.hash
    best.debit = number(control.total_debit) if sums.debit is None else sums.debit
    best.credit = number(control.total_credit) if sums.credit is None else sums.credit
    return best


def file_control(
    control: FileControlRecord, sums: Sums, *, batches: int, records: int, fillers: int
) -> Iterator[Finding]:
    """Everything in which the file's control deviates from the file."""
    yield from _sums("file-control", control, sums)
    yield from _blocks(control, records, fillers)
    count = number(control.batch_count)
    if count is None:
        yield Finding(
            "file-control.batch-count", "batch_count", f"{control.batch_count!r} is no number."
        )
    elif count != batches:
        yield Finding(
            "file-control.batch-count",
            "batch_count",
            f"The control says {count} batches, the file has {batches}.",
        )


def _blocks(control: FileControlRecord, records: int, fillers: int) -> Iterator[Finding]:
    count = number(control.block_count)
    needed = -(-records // BLOCKING_FACTOR)
    # A sender that adds a whole block of nines may count it.
    padded = (records + fillers) / BLOCKING_FACTOR
    if count is None:
        yield Finding(
            "file-control.block-count", "block_count", f"{control.block_count!r} is no number."
        )
    elif count not in (needed, padded):
        yield Finding(
            "file-control.block-count",
            "block_count",
            f"The control says {count} blocks, the file fills {needed}.",
        )
