"""What becomes of schedules: made, paused, resumed, stopped, cancelled."""

from __future__ import annotations

from sys import intern

import msgspec

from culm.book.unit import Unit
from culm.kernel import ids
from culm.recurring import events, types
from culm.recurring.apply import found
from culm.timers import api as timers


def schedule_created(unit: Unit, event: events.ScheduleCreated, _position: int) -> None:
    """Keep the schedule, and have its first run made."""
    said = msgspec.structs.asdict(event.template)
    said |= {"amount": int(event.template.amount), "currency": intern(event.template.currency)}
    schedule = types.Schedule(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        state="active",
        template=types.Template(**said),
        plan=event.plan,
        adjust=event.adjust,
        retries=event.retries,
        stop_after=event.stop_after,
        occurrence=event.next,
        due=event.due,
        created=timers.now(unit),
        updated=timers.now(unit),
    )
    found.keep(unit, schedule)


def schedule_paused(unit: Unit, event: events.SchedulePaused, _position: int) -> None:
    """Let no run be made."""
    found.move(unit, found.schedule(unit, event.id), "pause")


def schedule_resumed(unit: Unit, event: events.ScheduleResumed, _position: int) -> None:
    """Go on with an occurrence, or end; what failed before no longer counts."""
    found.move(
        unit,
        found.schedule(unit, event.id),
        "end" if event.next is None else "resume",
        occurrence=event.next,
        due=event.due,
        failures=0,
    )


def schedule_stopped(unit: Unit, event: events.ScheduleStopped, _position: int) -> None:
    """Let no run be made."""
    found.move(unit, found.schedule(unit, event.id), "stop")


def schedule_cancelled(unit: Unit, event: events.ScheduleCancelled, _position: int) -> None:
    """Let no run be made any more."""
    found.move(unit, found.schedule(unit, event.id), "cancel", occurrence=None, due=None)
