"""The door of timers for the contexts above them: helpers on a unit.

A timer whose state follows from another context's own facts is armed and disarmed by that
context's apply functions, without a fact more: the expiry of a hold. One that stands for itself is
set and cancelled by its decisions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import msgspec

from culm.book.unit import Unit
from culm.timers import apply, events, rejections, schedules, types, zones
from culm.timers.decisions import lookup, setting
from culm.timers.tables import TIMERS

TimersRejection = rejections.TimersRejection
Schedule = types.Schedule

now: Final[Callable[[Unit], datetime]] = lookup.now
"""The tenant's time: that of its virtual clock, or the real one. For decisions."""

virtual_now: Final[Callable[[Unit], datetime | None]] = lookup.virtual_now
"""The time of the tenant's virtual clock; None for a tenant without one."""

zone: Final = zones.zone
"""A time zone by its IANA name."""

moment: Final = zones.moment
"""When clocks in a zone show a local time, in UTC."""

first_occurrence: Final = setting.due_of
"""When what has a time, a schedule or both comes first. Raises `ScheduleInvalid`, `MomentInvalid`,
`TimerInPast`."""

next_occurrence: Final = schedules.following
"""The occurrence of a schedule after one that is over; None when it was the last."""

want_clock: Final[Callable[[Unit], None]] = lookup.want_clock
"""Ask for the tenant's clock, before a decision reads the time."""


def timer_id(subject: str, purpose: str) -> str:
    """The id of a timer that belongs to something: `hld_...`, expiry -> `hld_...:expiry`."""
    return f"{subject}:{purpose}"


def arm(unit: Unit, timer_id: str, *, due: datetime, command: msgspec.Struct) -> None:
    """For apply functions: have a command decided, for the tenant of the event, when it is due by
    the tenant's clock. A timer that has this id already is replaced."""
    name, body = unit.catalog.name_of(type(command)), apply.encode(command).decode()
    apply.arm(unit, timer_id, due=due, command=name, body=body)


def disarm(unit: Unit, timer_id: str, *, fired: bool = False) -> None:
    """For apply functions: let a timer not fire any more. `fired` when what it was to do has been
    done. One that is over stays as it is, and there may be none."""
    apply.end(unit, timer_id, "fired" if fired else "cancelled")


def set_timer(
    unit: Unit,
    command: msgspec.Struct,
    *,
    at: datetime | None = None,
    schedule: types.Schedule | None = None,
) -> str:
    """For decisions: set a timer. Returns its id. At a time that has passed, it fires at once.

    Raises `ScheduleInvalid`, `MomentInvalid`.
    """
    due = at if at is not None and schedule is None else setting.due_of(unit, at, schedule)
    name, body = unit.catalog.name_of(type(command)), apply.encode(command)
    return setting.record(unit, name=name, body=body, due=due, schedule=schedule)


def cancel(unit: Unit, timer_id: str) -> None:
    """For decisions: cancel a timer of the tenant, if it is still armed. Raises `TimerNotFound`."""
    if setting.named(unit, timer_id).state == "armed":
        unit.record(events.TimerCancelled(timer_id))


def want_timers(unit: Unit, *timer_ids: str) -> None:
    """Ask for timers, before a decision cancels them, or its event disarms them."""
    lookup.want_clock(unit)
    unit.want(TIMERS, timer_ids)


def start_clock(unit: Unit, at: datetime) -> None:
    """For the decision that creates a tenant: give it a virtual clock that stands at a time."""
    unit.record(events.ClockStarted(now=at.astimezone(UTC)))
