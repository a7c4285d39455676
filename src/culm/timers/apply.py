"""What facts do to timers and clocks: the facts of this context, and of those that arm timers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.timers import events, types
from culm.timers.tables import CLOCKS, TIMERS

encode: Final = msgspec.json.Encoder(order="sorted").encode
"""A command as a timer keeps it: equal commands are equal texts."""


def arm(
    unit: Unit,
    timer_id: str,
    *,
    due: datetime,
    command: str,
    body: str,
    schedule: types.Schedule | None = None,
) -> None:
    """Keep a new timer, set by the event that is being applied, on the clock of its tenant."""
    clock = unit.get(CLOCKS, unit.origin.tenant)
    timer = types.Timer(
        id=timer_id,
        tenant=unit.origin.tenant,
        clock=clock.tenant if clock else "",
        due=due,
        state="armed",
        command=command,
        body=body,
        schedule=schedule,
        event=unit.position - 1,
        correlation=unit.origin.correlation,
        set=unit.now,
    )
    unit.put(TIMERS, timer_id, timer)
    _note(unit, clock, due)


def end(unit: Unit, timer_id: str, state: types.State) -> None:
    """Let a timer be over, if it is armed."""
    timer = unit.get(TIMERS, timer_id)
    if timer is not None and timer.state == "armed":
        unit.put(TIMERS, timer_id, msgspec.structs.replace(timer, due=None, state=state))


def timer_of(unit: Unit, timer_id: str) -> types.Timer:
    """A timer that an event names: it exists, or the log is damaged."""
    timer = unit.get(TIMERS, timer_id)
    if timer is None:
        raise LookupError(f"the event at {unit.position - 1} names no timer {timer_id}")
    return timer


def timer_set(unit: Unit, event: events.TimerSet, _position: int) -> None:
    """Arm the timer."""
    body = encode(event.body).decode()
    arm(unit, event.id, due=event.due, command=event.command, body=body, schedule=event.schedule)


def timer_cancelled(unit: Unit, event: events.TimerCancelled, _position: int) -> None:
    """Disarm the timer."""
    end(unit, event.id, "cancelled")


def timer_fired(unit: Unit, event: events.TimerFired, _position: int) -> None:
    """Count the firing, and go on to the next occurrence, if there is one."""
    over: types.State = "failed" if event.outcome == types.FAILED else "fired"
    timer = timer_of(unit, event.id)
    timer = msgspec.structs.replace(
        timer,
        due=event.next,
        state="armed" if event.next else over,
        fired=timer.fired + 1,
        last=event.due,
        outcome=event.outcome,
    )
    unit.put(TIMERS, timer.id, timer)


def timer_retried(unit: Unit, event: events.TimerRetried, _position: int) -> None:
    """Arm the timer for the occurrence that it had before."""
    timer = timer_of(unit, event.id)
    fired = timer.fired - 1
    unit.put(
        TIMERS,
        timer.id,
        msgspec.structs.replace(timer, due=event.due, state="armed", fired=fired),
    )
    _note(unit, unit.get(CLOCKS, timer.clock) if timer.clock else None, event.due)


def _note(unit: Unit, clock: types.Clock | None, due: datetime) -> None:
    """Let a clock know of a timer that fires before it comes to where it is going."""
    if clock is not None and due <= clock.horizon:
        unit.put(CLOCKS, clock.tenant, msgspec.structs.replace(clock, news=clock.news + 1))


def clock_started(unit: Unit, event: events.ClockStarted, _position: int) -> None:
    """Keep the clock."""
    tenant = unit.origin.tenant
    unit.put(CLOCKS, tenant, types.Clock(tenant, event.now))


def clock_advanced(unit: Unit, event: events.ClockAdvanced, _position: int) -> None:
    """Keep where the clock is to come to."""
    _turn(unit, target=event.target)


def clock_moved(unit: Unit, event: events.ClockMoved, _position: int) -> None:
    """Move the clock on its way."""
    _turn(unit, now=event.now)


def clock_reached(unit: Unit, event: events.ClockReached, _position: int) -> None:
    """Let the clock stand where it was to come to."""
    _turn(unit, now=event.now, target=None)


def _turn(unit: Unit, **changes: Any) -> None:
    clock = unit.get(CLOCKS, unit.origin.tenant)
    if clock is None:
        raise LookupError(f"the event at {unit.position - 1} is of a tenant without a clock")
    unit.put(CLOCKS, clock.tenant, msgspec.structs.replace(clock, **changes))


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.TimerSet: timer_set,
    events.TimerCancelled: timer_cancelled,
    events.TimerFired: timer_fired,
    events.TimerRetried: timer_retried,
    events.ClockStarted: clock_started,
    events.ClockAdvanced: clock_advanced,
    events.ClockMoved: clock_moved,
    events.ClockReached: clock_reached,
}
