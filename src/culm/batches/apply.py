"""What each of the facts of batches does to their state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.batches import events, types
from culm.batches.tables import BATCHES, ENTRIES, SEEN
from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import ids
from culm.timers import api as timers


def batch_received(unit: Unit, event: events.BatchReceived, _position: int) -> None:
    """Keep the batch, and by what content it is known."""
    batch = types.Batch(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        state="received",
        source=event.source,
        currency=event.currency,
        format=event.format,
        mode=event.mode,
        same_day=event.same_day,
        reference=event.reference,
        subject=event.subject,
        content=event.content,
        sha256=event.sha256,
        created=timers.now(unit),
        updated=timers.now(unit),
    )
    unit.put(BATCHES, batch.id, batch)
    unit.put(SEEN, (batch.tenant, batch.sha256), batch.id)


def entries_judged(unit: Unit, event: events.EntriesJudged, position: int) -> None:
    """Count the part, and keep what became of each of its entries."""
    batch = batch_of(unit, event.id)
    accepted = refused = accepted_amount = refused_amount = 0
    for one in event.entries:
        amount = int(one.amount)
        if one.payment:
            accepted, accepted_amount = accepted + 1, accepted_amount + amount
        else:
            refused, refused_amount = refused + 1, refused_amount + amount
        payment = str(ids.number_of(one.payment)) if one.payment else None
        row = (unit.partition, batch.tenant, batch.number, one.line, payment, one.amount)
        unit.insert(ENTRIES, (*row, one.code, one.field, position))
    _change(
        unit,
        batch,
        state="processing",
        parts=event.parts,
        taken=batch.taken + 1,
        accepted=batch.accepted + accepted,
        refused=batch.refused + refused,
        accepted_amount=batch.accepted_amount + accepted_amount,
        refused_amount=batch.refused_amount + refused_amount,
    )


def batch_processed(unit: Unit, event: events.BatchProcessed, _position: int) -> None:
    """Every entry was judged."""
    _change(unit, batch_of(unit, event.id), state="processed")


def batch_refused(unit: Unit, event: events.BatchRefused, _position: int) -> None:
    """Nothing of it was paid. The same content may come again."""
    batch = batch_of(unit, event.id)
    _change(unit, batch, state="refused", reason=event.reason, line=event.line)


def batch_of(unit: Unit, batch_id: str) -> types.Batch:
    """A batch that an event names: it exists, or the log is damaged."""
    batch = unit.get(BATCHES, batch_id)
    if batch is None:
        raise LookupError(f"the event at {unit.position - 1} names no batch {batch_id}")
    return batch


def _change(unit: Unit, batch: types.Batch, **changes: Any) -> None:
    unit.put(BATCHES, batch.id, msgspec.structs.replace(batch, updated=timers.now(unit), **changes))


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.BatchReceived: batch_received,
    events.EntriesJudged: entries_judged,
    events.BatchProcessed: batch_processed,
    events.BatchRefused: batch_refused,
}
