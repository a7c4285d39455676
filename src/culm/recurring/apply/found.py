"""What events name, moving it to its next state, and the timers that go with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from culm.book.unit import Unit
from culm.recurring import commands, transitions, types
from culm.recurring.tables import MANDATES, RUNS, SCHEDULES
from culm.timers import api as timers


def schedule(unit: Unit, schedule_id: str) -> types.Schedule:
    """A schedule that an event names: it exists, or the log is damaged."""
    found = unit.get(SCHEDULES, schedule_id)
    if found is None:
        raise LookupError(f"the event at {unit.position - 1} names no {schedule_id}")
    return found


def run(unit: Unit, run_id: str) -> types.Run:
    """A run that an event names."""
    found = unit.get(RUNS, run_id)
    if found is None:
        raise LookupError(f"the event at {unit.position - 1} names no {run_id}")
    return found


def mandate(unit: Unit, mandate_id: str) -> types.Mandate:
    """A mandate that an event names."""
    found = unit.get(MANDATES, mandate_id)
    if found is None:
        raise LookupError(f"the event at {unit.position - 1} names no {mandate_id}")
    return found


def move(
    unit: Unit, schedule: types.Schedule, happening: transitions.Happening, **changes: Any
) -> types.Schedule:
    """Put a schedule as it is after a happening, and have its timer follow. A KeyError is a defect:
    decisions ask the table first."""
    state = transitions.TABLE[schedule.state, happening]
    after = msgspec.structs.replace(schedule, state=state, updated=timers.now(unit), **changes)
    keep(unit, after)
    return after


def keep(unit: Unit, schedule: types.Schedule) -> None:
    """Keep a schedule. Its timer is armed as long as it is active."""
    unit.put(SCHEDULES, schedule.id, schedule)
    timer = timer_of(schedule.id)
    if schedule.state == "active" and schedule.occurrence is not None and schedule.due is not None:
        command = commands.RunSchedule(schedule=schedule.id, occurrence=schedule.occurrence)
        timers.arm(unit, timer, due=schedule.due, command=command)
    else:
        timers.disarm(unit, timer, fired=schedule.state == "ended")


def settle(
    unit: Unit, run: types.Run, happening: transitions.RunHappening, **changes: Any
) -> types.Run:
    """Put a run as it is after a happening, with or without a timer to try it again."""
    state = transitions.RUNS[run.state, happening]
    after = msgspec.structs.replace(
        run, state=state, attempts=run.attempts + 1, updated=timers.now(unit), **changes
    )
    unit.put(RUNS, after.id, after)
    if after.again is not None:
        _retry(unit, after, after.again)
    elif run.again is not None:
        timers.disarm(unit, retry_of(run.id), fired=True)
    return after


def _retry(unit: Unit, run: types.Run, again: datetime) -> None:
    timers.arm(unit, retry_of(run.id), due=again, command=commands.RetryRun(run=run.id))


def timer_of(schedule_id: str) -> str:
    """The id of the timer that makes a schedule's next run."""
    return timers.timer_id(schedule_id, "run")


def expiry_of(mandate_id: str) -> str:
    """The id of the timer that ends a mandate when its time is over."""
    return timers.timer_id(mandate_id, "expiry")


def retry_of(run_id: str) -> str:
    """The id of the timer that tries a run again."""
    return timers.timer_id(run_id, "retry")


def recount(unit: Unit, schedule: types.Schedule, failures: int) -> None:
    """Keep how many runs in a row have failed."""
    after = msgspec.structs.replace(schedule, failures=failures, updated=timers.now(unit))
    unit.put(SCHEDULES, after.id, after)
