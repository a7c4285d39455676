"""Finding what a command names, and asking for it before."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.rails.ach import terms
from culm.rails.ach.files import apply, rejections, transitions, types
from culm.rails.ach.files.tables import BATCHES, COUNTERS, FILES, NAMES
from culm.rails.ach.transfers import types as transfers
from culm.rails.ach.transfers.decisions import originating
from culm.timers import api as timers


def batch(unit: Unit, batch_id: str) -> types.Batch:
    """One of the tenant's batches. Raises `BatchNotFound`."""
    found = unit.get(BATCHES, batch_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.BatchNotFound("there is no such batch", field="batch")
    return found


def file(unit: Unit, file_id: str) -> types.File:
    """One of the tenant's files. Raises `FileNotFound`."""
    found = unit.get(FILES, file_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.FileNotFound("there is no such file", field="file")
    return found


def named(unit: Unit, name: str) -> types.File | None:
    """The tenant's file of this name."""
    file_id = unit.get(NAMES, (unit.origin.tenant, name))
    return None if file_id is None else unit.get(FILES, file_id)


def is_out(unit: Unit, transfer: transfers.Transfer) -> bool:
    """Whether the bank may have a transfer that is in a batch, and has not refused it."""
    of = batch(unit, transfer.batch)
    if not of.file:
        return False
    within = file(unit, of.file)
    return within.state in transitions.OUT and of.ordinal not in within.refused


def items(
    unit: Unit, of: types.Batch, transfer_ids: tuple[str, ...], state: transfers.State
) -> tuple[terms.Item, ...]:
    """Those of the transfers that are in a state, as a fact names them.

    Raises `BatchInvalid` for transfers of another batch.
    """
    found = [originating.transfer_of(unit, one) for one in transfer_ids]
    if len(set(transfer_ids)) < len(found) or any(one.batch != of.id for one in found):
        raise rejections.BatchInvalid("the transfers are those of the batch", field="transfers")
    return tuple([item(one) for one in found if one.state == state])


def item(transfer: transfers.Transfer) -> terms.Item:
    """A transfer as one of many in a fact."""
    return terms.Item(transfer.id, transfer.purpose, str(transfer.amount))


def counter(unit: Unit) -> types.Counter:
    """The tenant's counter."""
    return unit.get(COUNTERS, unit.origin.tenant) or types.Counter(unit.origin.tenant)


def want_file(unit: Unit, file_id: str) -> None:
    """Ask for a file and the timer of its settlement."""
    unit.want(FILES, (file_id,))
    timers.want_timers(unit, timers.timer_id(file_id, apply.SETTLE))


def want_name(unit: Unit, name: str) -> None:
    """Ask for a file by its name."""
    key = (unit.origin.tenant, name)
    unit.want(NAMES, (key,))
    timers.want_clock(unit)
    if file_id := unit.peek(NAMES, key):
        unit.want(FILES, (file_id,))


def want_counter(unit: Unit) -> None:
    """Ask for the tenant's counter."""
    unit.want(COUNTERS, (unit.origin.tenant,))


def want_batch(unit: Unit, batch_id: str, transfer_ids: tuple[str, ...]) -> None:
    """Ask for a batch, its file and its transfers, with their money."""
    unit.want(BATCHES, (batch_id,))
    if (found := unit.peek(BATCHES, batch_id)) and found.file:
        unit.want(FILES, (found.file,))
    originating.want_transfers(unit, *transfer_ids)
