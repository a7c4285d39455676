"""What facts do to batches and files, and to the transfers in them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import ids
from culm.rails.ach import calendar, terms
from culm.rails.ach.files import commands, events, traces, transitions, types
from culm.rails.ach.files.tables import BATCHES, COUNTERS, FILES, NAMES
from culm.rails.ach.transfers import apply as transfers
from culm.rails.ach.transfers import events as transfer_events
from culm.rails.ach.transfers.tables import TRACES
from culm.rails.ach.windows import apply as windows
from culm.rails.ach.windows import decisions as window_decisions
from culm.timers import api as timers

SETTLE: Final = "settle"
"""The purpose of the timer that says when a file settles."""


def batch_cut(unit: Unit, event: events.BatchCut, _position: int) -> None:
    """Number the transfers, and take them out of their window."""
    tenant, first = unit.origin.tenant, traces.sequence_of(event.first_trace)
    for place, item in enumerate(event.transfers):
        trace = traces.trace(event.first_trace, place)
        transfers.happen(
            unit, item.transfer, "cut", batch=event.id, trace=trace, effective=event.effective
        )
        unit.put(TRACES, (tenant, trace), item.transfer)
    batch = types.Batch(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=tenant,
        window=event.window,
        sec=event.sec,
        direction=event.direction,
        description=event.description,
        first=first,
        entries=len(event.transfers),
        amount=sum(int(item.amount) for item in event.transfers),
    )
    unit.put(BATCHES, batch.id, batch)
    window = window_decisions.window_of(unit, event.window)
    waiting = window.waiting - batch.entries
    windows.change(unit, window.id, waiting=waiting, cut=(*window.cut, batch.id))
    counter = unit.get(COUNTERS, tenant) or types.Counter(tenant)
    last = first + batch.entries - 1
    unit.put(COUNTERS, tenant, msgspec.structs.replace(counter, sequence=last))


def file_cut(unit: Unit, event: events.FileCut, _position: int) -> None:
    """Keep the file, and number its batches."""
    tenant = unit.origin.tenant
    window = window_decisions.window_of(unit, event.window)
    if window.terms is None:
        raise LookupError(f"the event at {unit.position - 1} is of a window that is open")
    file = types.File(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=tenant,
        window=event.window,
        name=event.name,
        sandbox=event.sandbox,
        created=event.created,
        modifier=event.modifier,
        effective=event.effective,
        settles=event.settles,
        terms=window.terms,
        batches=event.batches,
        entries=event.entries,
        debit=int(event.debit),
        credit=int(event.credit),
    )
    unit.put(FILES, file.id, file)
    unit.put(NAMES, (tenant, file.name), file.id)
    for ordinal, batch_id in enumerate(event.batches, 1):
        _change_batch(unit, batch_id, file=file.id, ordinal=ordinal)
    windows.change(unit, window.id, cut=(), files=window.files + 1)
    day = calendar.day_of(event.created)
    counter = unit.get(COUNTERS, tenant) or types.Counter(tenant)
    files = counter.files + 1 if counter.day == day else 1
    unit.put(COUNTERS, tenant, msgspec.structs.replace(counter, day=day, files=files))


def entries_left_out(unit: Unit, event: events.EntriesLeftOut, _position: int) -> None:
    """Count them: what is left is written anew."""
    for one in event.batches:
        batch = _batch(unit, one.batch)
        _change_batch(unit, batch.id, left_out=batch.left_out + one.transfers)


def file_sending(unit: Unit, event: events.FileSending, _position: int) -> None:
    """Remember that the bank may have the file."""
    happen(unit, event.id, "begin", sha256=event.sha256, size=event.size, part=event.part)


def file_sent(unit: Unit, event: events.FileSent, _position: int) -> None:
    """The bank has it."""
    happen(unit, event.id, "arrive")


def file_send_unknown(unit: Unit, event: events.FileSendUnknown, _position: int) -> None:
    """Nobody knows."""
    happen(unit, event.id, "doubt", reason=event.reason)


def file_accepted(unit: Unit, event: events.FileAccepted, _position: int) -> None:
    """Let it settle when its time comes."""
    later = {} if event.settles is None else {"settles": event.settles}
    said = {"refused": event.refused, "code": event.code, "reason": event.reason}
    file = happen(unit, event.id, "accept", **said, **later)
    due = commands.SettleFile(file=file.id)
    timers.arm(unit, timers.timer_id(file.id, SETTLE), due=file.settles, command=due)


def file_rejected(unit: Unit, event: events.FileRejected, _position: int) -> None:
    """Nothing of it is carried out."""
    happen(unit, event.id, "reject", code=event.code, reason=event.reason)


def settlement_due(unit: Unit, event: events.SettlementDue, _position: int) -> None:
    """Let its timer be over."""
    timers.disarm(unit, timers.timer_id(event.id, SETTLE), fired=True)


def acknowledgement_unmatched(
    unit: Unit, event: events.AcknowledgementUnmatched, _position: int
) -> None:
    """Changes nothing: somebody has to look at it."""


def batch_settled(unit: Unit, event: transfer_events.BatchSettled, _position: int) -> None:
    """Its transfers have settled, on the day on which its file does."""
    batch = _change_batch(unit, event.batch, state="settled")
    file = unit.get(FILES, batch.file)
    day = {} if file is None else {"effective": calendar.day_of(file.settles)}
    _all(unit, event.transfers, "settle", **day)


def transfers_rejected(
    unit: Unit, event: transfer_events.TransfersRejected, _position: int
) -> None:
    """Transfers are not carried out."""
    _all(unit, event.transfers, "reject")
    batch = unit.get(BATCHES, event.batch)
    if batch is None or batch.left_out + len(event.transfers) < batch.entries:
        return
    _change_batch(unit, event.batch, state="rejected")
    file = unit.get(FILES, batch.file)
    if file is not None and file.state == "cut":
        _leave_out(unit, file, batch.id)


def _leave_out(unit: Unit, file: types.File, batch_id: str) -> None:
    """A batch of which nothing is left is not written: those after it move up."""
    left = tuple(one for one in file.batches if one != batch_id)
    unit.put(FILES, file.id, msgspec.structs.replace(file, batches=left))
    for ordinal, one in enumerate(left, 1):
        _change_batch(unit, one, ordinal=ordinal)


def transfers_in_doubt(unit: Unit, event: transfer_events.TransfersInDoubt, _position: int) -> None:
    """Changes nothing here: it is told for those who ordered them."""


def happen(
    unit: Unit, file_id: str, happening: transitions.Happening, **changes: Any
) -> types.File:
    """What has happened to a file, by the transition table."""
    file = unit.get(FILES, file_id)
    state = None if file is None else transitions.after(file.state, happening)
    if file is None or state is None:
        raise LookupError(f"the event at {unit.position - 1} cannot be of {file_id}")
    file = msgspec.structs.replace(file, state=state, **changes)
    unit.put(FILES, file_id, file)
    return file


def _all(unit: Unit, items: tuple[terms.Item, ...], happening: Any, **changes: Any) -> None:
    for item in items:
        transfers.happen(unit, item.transfer, happening, **changes)


def _batch(unit: Unit, batch_id: str) -> types.Batch:
    batch = unit.get(BATCHES, batch_id)
    if batch is None:
        raise LookupError(f"the event at {unit.position - 1} names no batch {batch_id}")
    return batch


def _change_batch(unit: Unit, batch_id: str, **changes: Any) -> types.Batch:
    batch = msgspec.structs.replace(_batch(unit, batch_id), **changes)
    unit.put(BATCHES, batch_id, batch)
    return batch


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.BatchCut: batch_cut,
    events.FileCut: file_cut,
    events.EntriesLeftOut: entries_left_out,
    events.FileSending: file_sending,
    events.FileSent: file_sent,
    events.FileSendUnknown: file_send_unknown,
    events.FileAccepted: file_accepted,
    events.FileRejected: file_rejected,
    events.SettlementDue: settlement_due,
    events.AcknowledgementUnmatched: acknowledgement_unmatched,
    transfer_events.BatchSettled: batch_settled,
    transfer_events.TransfersRejected: transfers_rejected,
    transfer_events.TransfersInDoubt: transfers_in_doubt,
}
