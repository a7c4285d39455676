"""Setting timers, cancelling them, and trying again what has failed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from culm.book.unit import Unit
from culm.kernel import errors
from culm.timers import apply, commands, events, rejections, schedules, types, views
from culm.timers.decisions import lookup
from culm.timers.tables import TIMERS

TENANT: Final = "tenant"
"""The field of a rejection that is about the tenant of the request, and not of its body."""

_AT: Final = re.compile(r" - at `\$\.?([^`]*)`$")


def set_timer(unit: Unit, command: commands.SetTimer) -> views.Timer:
    """Set a timer for a command that may be put on one, and that has the right form."""
    body = body_of(unit, command)
    timer_id = record(
        unit,
        name=command.command,
        body=body,
        due=due_of(unit, command.at, command.schedule),
        schedule=command.schedule,
    )
    return views.timer(apply.timer_of(unit, timer_id))


def body_of(unit: Unit, command: commands.SetTimer) -> bytes:
    """The command to be decided, as a timer keeps it. Raises what it would be refused for
    whenever it is decided, with the fields of the body."""
    decider = unit.catalog.find(command.command)
    if decider is None or decider.schedulable is None:
        raise rejections.CommandNotSchedulable("command")
    try:
        inner = msgspec.convert(command.body, type=decider.type)
        body = apply.encode(inner)
    except (msgspec.ValidationError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise rejections.TimerBodyInvalid(_field(error)) from None
    if len(body) > commands.MAX_BODY_BYTES:
        raise rejections.TimerBodyInvalid("body")
    try:
        decider.schedulable(unit, inner)
    except errors.CulmError as refusal:
        if refusal.field != TENANT:
            refusal.field = f"body.{refusal.field}" if refusal.field else "body"
        raise
    return body


def _field(error: Exception) -> str:
    at = _AT.search(str(error))
    return f"body.{at[1]}" if at and at[1] else "body"


def due_of(unit: Unit, at: datetime | None, schedule: types.Schedule | None) -> datetime:
    """When a timer fires first."""
    now = lookup.now(unit)
    if at is not None:
        at = schedules.moment(at, "at")
        if at <= now:
            raise rejections.TimerInPast("at")
    if schedule is None:
        if at is None:
            raise rejections.ScheduleInvalid("at")
        return at
    schedules.check(schedule)
    due = schedules.first(schedule, at, now)
    if due is None:
        raise rejections.ScheduleInvalid("schedule")
    return due


def record(
    unit: Unit, *, name: str, body: bytes, due: datetime, schedule: types.Schedule | None
) -> str:
    """Record that a timer is set. Returns its id."""
    timer_id = unit.new_id("tmr")
    decoded: dict[str, Any] = msgspec.json.decode(body)
    unit.record(events.TimerSet(timer_id, due.astimezone(UTC), name, decoded, schedule))
    return timer_id


def cancel_timer(unit: Unit, command: commands.CancelTimer) -> views.Timer:
    """Cancel one of the tenant's own timers that is armed."""
    timer = named(unit, command.timer)
    if ":" in timer.id:
        raise rejections.TimerOwned("timer")
    if timer.state != "armed":
        raise rejections.TimerNotArmed("timer")
    unit.record(events.TimerCancelled(timer.id))
    return views.timer(apply.timer_of(unit, timer.id))


def retry_timer(unit: Unit, command: commands.RetryTimer) -> views.Timer:
    """Arm a timer again whose command failed or was refused, for the same occurrence."""
    timer = named(unit, command.timer)
    over = timer.state in ("fired", "failed")
    if not over or timer.last is None or timer.outcome in (None, types.DONE):
        raise rejections.TimerNotFailed("timer")
    unit.record(events.TimerRetried(timer.id, timer.last))
    return views.timer(apply.timer_of(unit, timer.id))


def named(unit: Unit, timer_id: str) -> types.Timer:
    """One of the tenant's timers."""
    timer = unit.get(TIMERS, timer_id)
    if timer is None or timer.tenant != unit.origin.tenant:
        raise rejections.TimerNotFound("timer")
    return timer


def want_setting(unit: Unit, _command: commands.SetTimer) -> None:
    """Ask for what setting a timer reads of its own."""
    lookup.want_clock(unit)


def want_timer(
    unit: Unit, command: commands.CancelTimer | commands.RetryTimer | commands.FailTimer
) -> None:
    """Ask for what one timer is about."""
    lookup.want_clock(unit)
    unit.want(TIMERS, (command.timer,))
