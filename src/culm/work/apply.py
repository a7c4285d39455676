"""What each fact about a parked fact does to the state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import ids
from culm.work import events, types
from culm.work.tables import LANES, PARKED


def parked(unit: Unit, event: events.Parked, _position: int) -> None:
    """Keep it, and its place among those of its aggregate."""
    parked_id = types.id_of(event.reactor, event.fact)
    row = types.Parked(
        id=parked_id,
        tenant=unit.origin.tenant,
        reactor=event.reactor,
        fact=event.fact,
        type=event.type,
        lane=event.lane,
        code=event.code,
        attempts=event.attempts,
        round=event.round,
        state="parked",
        parked=unit.now,
        changed=unit.now,
    )
    unit.put(PARKED, parked_id, row)
    _waits(unit, row, waits=True)


def retried(unit: Unit, event: events.Retried, _position: int) -> None:
    """Mark it as being tried again."""
    _change(unit, event, state="retrying", round=event.round)


def settled(unit: Unit, event: events.Settled, _position: int) -> None:
    """Mark it as done; its aggregate no longer waits for it."""
    _waits(unit, _change(unit, event, state="settled"), waits=False)


def dropped(unit: Unit, event: events.Dropped, _position: int) -> None:
    """Mark it as given up; its aggregate no longer waits for it."""
    _waits(unit, _change(unit, event, state="dropped"), waits=False)


def _change(
    unit: Unit, event: events.Retried | events.Settled | events.Dropped, **changes: Any
) -> types.Parked:
    before = unit.get(PARKED, types.id_of(event.reactor, event.fact))
    if before is None:
        raise LookupError(f"the event at {unit.position - 1} names nothing that is parked")
    after = msgspec.structs.replace(before, changed=unit.now, **changes)
    unit.put(PARKED, after.id, after)
    return after


def _waits(unit: Unit, row: types.Parked, *, waits: bool) -> None:
    if row.lane:
        key = (row.reactor, row.lane)
        lane = unit.get(LANES, key)
        facts = set(lane.facts if lane else ()) - {ids.number_of(row.fact)}
        if waits:
            facts.add(ids.number_of(row.fact))
        unit.put(LANES, key, types.Lane(tuple(sorted(facts))))


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.Parked: parked,
    events.Retried: retried,
    events.Settled: settled,
    events.Dropped: dropped,
}
