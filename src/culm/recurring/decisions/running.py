"""Runs: an occurrence has come, and its payment is made, or refused and tried again.

A run is made in the decision that lets its occurrence pass, so it is made once, however often it is
asked for. A payment that is refused leaves nothing but the run that says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from culm.book.unit import Unit
from culm.kernel import errors
from culm.payments import api as payments
from culm.recurring import commands, days, events, types
from culm.recurring.decisions import collecting, lookup, scheduling
from culm.timers import api as timers

BY_SCHEDULE: Final = payments.Authority("WEB", recurring=True, own=True)
"""By what a schedule that repeats collects from a bank account of its own customer: they asked for
it online, once for all."""


def run_schedule(unit: Unit, command: commands.RunSchedule) -> commands.Ran:
    """Make the payment of an occurrence that has come."""
    schedule = lookup.schedule(unit, command.schedule)
    now = timers.now(unit)
    if schedule.state != "active" or schedule.occurrence != command.occurrence:
        return commands.Ran()
    if schedule.due is None or schedule.due > now:
        return commands.Ran()
    following = scheduling.after(schedule, now)
    due = None if following is None else days.due(schedule, following)
    run_id = unit.new_id(types.RUN)
    unit.record(events.RunBegun(run_id, schedule.id, command.occurrence, now, following, due))
    attempt(unit, schedule, lookup.run(unit, run_id))
    return commands.Ran(run_id)


def retry_run(unit: Unit, command: commands.RetryRun) -> commands.Ran:
    """Try the payment of a run again, unless its schedule pays nothing any more."""
    run = lookup.run(unit, command.run)
    if run.state != "retrying" or run.again is None or run.again > timers.now(unit):
        return commands.Ran()
    schedule = lookup.schedule(unit, run.schedule)
    if schedule.state in ("active", "ended"):
        attempt(unit, schedule, run)
    else:
        unit.record(events.RunRefused(run.id, schedule.id, run.code))
    return commands.Ran(run.id)


def attempt(unit: Unit, schedule: types.Schedule, run: types.Run) -> None:
    """Make the payment of a run, or record why it was refused."""
    new = schedule.template.payment(schedule=schedule.id, run=run.id)
    mark = unit.mark()
    try:
        payment = _pay(unit, schedule, new)
    except errors.Rejection as refusal:
        unit.rewind(mark)
        _refuse(unit, schedule, run, refusal.code)
    else:
        unit.record(events.RunPaid(run.id, schedule.id, payment))


def _pay(unit: Unit, schedule: types.Schedule, new: payments.New) -> str:
    if schedule.template.mandate is not None:
        return collecting.collect(unit, schedule.template.mandate, new)
    authority = None if schedule.plan is None else BY_SCHEDULE
    return payments.create(unit, new, authority=authority)


def _refuse(unit: Unit, schedule: types.Schedule, run: types.Run, code: str) -> None:
    """Try again on the next of the days of retries; after the last, the run has failed, and with
    too many of those the schedule stops."""
    again = None
    if run.attempts < len(schedule.retries):
        again = run.begun + timedelta(days=schedule.retries[run.attempts])
    unit.record(events.RunRefused(run.id, schedule.id, code, again))
    schedule = lookup.schedule(unit, schedule.id)
    failed = schedule.stop_after is not None and schedule.failures >= schedule.stop_after
    if again is None and failed and schedule.state == "active":
        unit.record(events.ScheduleStopped(schedule.id, schedule.failures))
