"""Timers that are asked for: set, cancelled, tried again. Schedules, without those of cron."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from culm.ledger import commands as ledger
from culm.simulation.model import arming, booking, forms, holding
from culm.simulation.model.state import Rejected, Row, State
from culm.timers import commands

SCHEDULABLE: dict[str, tuple[type[msgspec.Struct], Callable[[Any], object]]] = {
    "ledger.post_transaction": (ledger.PostTransaction, booking.form),
    "ledger.place_hold": (ledger.PlaceHold, holding.placing_form),
    "ledger.capture_hold": (ledger.CaptureHold, holding.capture_form),
    "ledger.release_hold": (ledger.ReleaseHold, lambda command: None),
}
"""Of the commands that a timer may be set for, those that the simulation sets one for."""

TEN_YEARS = 3660 * 86_400


def set_timer(state: State, command: commands.SetTimer) -> Row:
    """Set a timer."""
    if command.command not in SCHEDULABLE:
        raise Rejected("command_not_schedulable", "command")
    body = written(state, command)
    due = first(state, command)
    timer_id, schedule = state.next_id("tmr"), command.schedule
    state.record(
        "timers.timer_set",
        id=timer_id,
        due=due,
        command=command.command,
        body=msgspec.json.decode(body),
        schedule=shown(schedule),
    )
    timer = arming.arm(
        state, timer_id, due=due, command=command.command, body=body, schedule=schedule
    )
    return seen(timer)


def written(state: State, command: commands.SetTimer) -> str:
    """The command of a timer, as a text, if it has the right form."""
    type_, form = SCHEDULABLE[command.command]
    try:
        inner = msgspec.convert(command.body, type_)
        body = msgspec.json.encode(inner, order="sorted").decode()
    except (msgspec.ValidationError, OverflowError) as error:
        at = re.search(r"`\$\.(.+)`$", str(error))
        raise Rejected("timer_body_invalid", f"body.{at[1]}" if at else "body") from None
    if len(body.encode()) > 65_536:
        raise Rejected("timer_body_invalid", "body")
    try:
        form(inner)
    except Rejected as rejected:
        raise Rejected(rejected.code, f"body.{rejected.field}") from None
    state.tenant()
    return body


def first(state: State, command: commands.SetTimer) -> datetime:
    """When a timer fires first."""
    at, schedule = command.at, command.schedule
    if at is not None:
        forms.moment(at, "at")
        if at <= state.time():
            raise Rejected("timer_in_past", "at")
    if schedule is None:
        if at is None:
            raise Rejected("schedule_invalid", "at")
        return at
    check(schedule)
    due: datetime = at or state.time() + timedelta(seconds=schedule.every_seconds or 0)
    if schedule.until is not None and due >= schedule.until:
        raise Rejected("schedule_invalid", "schedule")
    return due


def check(schedule: Any) -> None:
    """A schedule repeats, by something that can be."""
    if (schedule.every_seconds is None) == (schedule.cron is None):
        raise Rejected("schedule_invalid", "schedule")
    if schedule.every_seconds is not None and not 1 <= schedule.every_seconds <= TEN_YEARS:
        raise Rejected("schedule_invalid", "schedule.every_seconds")
    if schedule.times is not None and schedule.times < 1:
        raise Rejected("schedule_invalid", "schedule.times")
    if schedule.until is not None:
        forms.moment(schedule.until, "schedule.until")
    if schedule.zone != "UTC":
        raise Rejected("schedule_invalid", "schedule.zone")
    if schedule.cron is not None:
        raise Rejected("schedule_invalid", "schedule.cron")


def following(timer: Row, now: datetime) -> datetime | None:
    """What a timer that fires now, for what was due, has after it."""
    schedule, due = timer["schedule"], timer["due"]
    if schedule is None or (schedule.times is not None and timer["fired"] + 1 >= schedule.times):
        return None
    step = timedelta(seconds=schedule.every_seconds)
    after: datetime = due + step
    if schedule.missed == "last" and after <= now:
        after += (now - after) // step * step + step
    late = schedule.until is not None and after >= schedule.until
    return None if late or after > forms.LAST_TIME else after


def cancel(state: State, command: commands.CancelTimer) -> Row:
    """Cancel a timer."""
    timer = named(state, command.timer)
    if timer["id"].endswith(":expiry"):
        raise Rejected("timer_owned", "timer")
    if timer["state"] != "armed":
        raise Rejected("timer_not_armed", "timer")
    state.record("timers.timer_cancelled", id=timer["id"])
    timer.update(due=None, state="cancelled")
    return seen(timer)


def retry(state: State, command: commands.RetryTimer) -> Row:
    """Arm a timer once more for what it did not do."""
    timer = named(state, command.timer)
    if timer["state"] not in ("fired", "failed") or timer["outcome"] in (None, "done"):
        raise Rejected("timer_not_failed", "timer")
    state.record("timers.timer_retried", id=timer["id"], due=timer["last"])
    timer.update(due=timer["last"], state="armed", fired=timer["fired"] - 1)
    arming.tell(state, timer)
    return seen(timer)


def named(state: State, timer_id: str) -> Row:
    """A timer of who is asking."""
    timer = state.timers.get(timer_id)
    if timer is None or timer["tenant"] != state.asking:
        raise Rejected("timer_not_found", "timer")
    return timer


def shown(schedule: Any) -> Any:
    """A schedule in plain words."""
    return msgspec.to_builtins(schedule, builtin_types=(datetime,))


def seen(timer: Row) -> Row:
    """A timer as callers see it."""
    hidden = ("tenant", "clock", "event", "correlation")
    view = {name: value for name, value in timer.items() if name not in hidden}
    return {
        **view,
        "body": msgspec.json.decode(timer["body"]),
        "schedule": shown(timer["schedule"]),
    }
