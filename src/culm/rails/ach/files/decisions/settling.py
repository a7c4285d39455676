"""Transfers of a batch settle, or are not carried out: what is held is posted, or given back."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.rails.ach.files import commands, rejections, types
from culm.rails.ach.files.decisions import lookup
from culm.rails.ach.transfers import commands as transfer_commands
from culm.rails.ach.transfers import events as transfer_events
from culm.rails.ach.transfers import money
from culm.rails.ach.transfers.decisions import originating, returning
from culm.rails.ach.transfers.decisions import settling as transfers
from culm.timers import api as timers


def settle_batch(unit: Unit, command: commands.SettleBatch) -> commands.Told:
    """Post what is held for the transfers of a batch. Those that are not waiting to settle any
    more, since they were returned or rejected before, are left out."""
    batch = lookup.batch(unit, command.batch)
    file = lookup.file(unit, batch.file)
    if file.state != "accepted" or timers.now(unit) < file.settles:
        raise rejections.FileNotDue("the file does not settle yet", field="batch")
    if batch.ordinal in file.refused:
        return commands.Told(0)
    items = lookup.items(unit, batch, command.transfers, "batched")
    if items:
        transfers.settle(unit, batch.id, items)
    return commands.Told(len(items))


def reject_batch(unit: Unit, command: commands.RejectBatch) -> commands.Told:
    """Give back what is held for transfers that are not carried out."""
    batch = lookup.batch(unit, command.batch)
    file = lookup.file(unit, batch.file)
    possible = {
        "file": file.state == "rejected",
        "batch": file.state == "accepted" and batch.ordinal in file.refused,
    }
    if not possible[command.code]:
        raise rejections.BatchNotRejected("the bank has not rejected the batch", field="batch")
    return reject(unit, batch, command.transfers, code=command.code, reason=command.reason)


def reject(
    unit: Unit,
    batch: types.Batch,
    which: tuple[str, ...],
    *,
    code: str,
    reason: str = "",
) -> commands.Told:
    """Release the holds of those of the transfers that wait to settle."""
    items = lookup.items(unit, batch, which, "batched")
    for item in items:
        money.release(unit, originating.transfer_of(unit, item.transfer))
    if items:
        unit.record(transfer_events.TransfersRejected(batch.id, code, items, reason))
    return commands.Told(len(items))


def take_returns(unit: Unit, command: transfer_commands.TakeReturns) -> transfer_commands.Taken:
    """Take in what came back. What the bank cannot have yet cannot come back."""
    return returning.take_returns(unit, command, is_out=lookup.is_out)


def want_returns(unit: Unit, command: transfer_commands.TakeReturns) -> None:
    """Ask for what returns read, and for the batches and files of what has not settled."""
    for transfer in returning.want_returns(unit, command):
        if transfer.state == "batched":
            lookup.want_batch(unit, transfer.batch, ())


def want_batch(
    unit: Unit, command: commands.SettleBatch | commands.RejectBatch | commands.DoubtBatch
) -> None:
    """Ask for what one batch's command reads."""
    lookup.want_batch(unit, command.batch, command.transfers)
