"""Firing: the command of a timer that is due is decided within the turn that counts the firing.

So it has its effect in the same commit, and once, however many processes fire it: whoever comes
second finds it fired.
"""

from __future__ import annotations

import contextlib

import msgspec

from culm.book import catalog
from culm.book import event as event_
from culm.book import unit as unit_
from culm.book.unit import Unit
from culm.facts import cloudevent
from culm.kernel import errors
from culm.timers import commands, events, rejections, schedules, types
from culm.timers.decisions import lookup
from culm.timers.tables import TIMERS

ACTOR = "timers"
"""Who acts, in the events of commands that timers decide."""


def fire_timers(unit: Unit, command: commands.FireTimers) -> commands.Fired:
    """Fire each of these timers that is due by its clock."""
    fired, failed = 0, dict[str, str]()
    for timer_id in command.timers[: commands.MAX_FIRINGS]:
        timer = unit.get(TIMERS, timer_id)
        if timer is None or timer.tenant != unit.origin.tenant:
            continue
        if timer.due is not None and timer.due <= lookup.now(unit):
            fired += 1
            failed |= fire(unit, timer)
    return commands.Fired(fired, failed=failed)


def fire(unit: Unit, timer: types.Timer) -> dict[str, str]:
    """Decide the command of a timer that is due. Returns its defect, by its id, if it has one.

    What is recorded belongs to the conversation in which the timer was set. A command that ends
    its own timer, as the expiry of a hold does, leaves nothing more to record.
    """
    cause = cloudevent.id_of(unit.partition, timer.event)
    unit.turn_to(event_.Origin(timer.tenant, ACTOR, timer.correlation, cause))
    outcome, defect = decide(unit, timer)
    if unit.get(TIMERS, timer.id) == timer:
        record(unit, timer, outcome)
    return {} if defect is None else {timer.id: defect}


def decide(unit: Unit, timer: types.Timer) -> tuple[str, str | None]:
    """Decide a timer's command: the outcome, and the defect where that is `failed`.

    Whatever is not accepted leaves no trace.
    """
    mark = unit.mark()
    try:
        decider, command = command_of(unit, timer)
        decider.decide(unit, command)
    except unit_.Missing:
        raise
    except errors.CulmError as refusal:
        unit.rewind(mark)
        return refusal.code, None
    except Exception as defect:
        unit.rewind(mark)
        return types.FAILED, repr(defect)
    return types.DONE, None


def command_of(unit: Unit, timer: types.Timer) -> tuple[catalog.Command, msgspec.Struct]:
    """A timer's command, and how it is decided. A LookupError: this release knows no such one."""
    decider = unit.catalog.find(timer.command)
    if decider is None:
        raise LookupError(f"no context knows the command {timer.command}")
    command: msgspec.Struct = msgspec.json.decode(timer.body, type=decider.type)
    return decider, command


def record(unit: Unit, timer: types.Timer, outcome: str) -> None:
    """Record that a timer has fired, and what its schedule has next."""
    if timer.due is None:
        raise LookupError(f"{timer.id} is not armed")
    following = None
    if timer.schedule is not None and outcome != types.FAILED:
        following = schedules.following(
            timer.schedule, due=timer.due, now=lookup.now(unit), fired=timer.fired + 1
        )
    unit.record(events.TimerFired(timer.id, timer.due, outcome, following))


def fail_timer(unit: Unit, command: commands.FailTimer) -> commands.Fired:
    """Record that a timer's command failed, without trying it."""
    timer = unit.get(TIMERS, command.timer)
    if timer is None or timer.tenant != unit.origin.tenant or timer.due is None:
        raise rejections.TimerNotArmed("timer")
    record(unit, timer, types.FAILED)
    return commands.Fired(1)


def want_timers(unit: Unit, command: commands.FireTimers | commands.RunClock) -> None:
    """Ask for timers, and once they are there, for what their commands ask for."""
    lookup.want_clock(unit)
    unit.want(TIMERS, command.timers)
    for timer_id in command.timers:
        timer = unit.peek(TIMERS, timer_id)
        if timer is not None and timer.due is not None and timer.tenant == unit.origin.tenant:
            with contextlib.suppress(Exception):  # what goes wrong here goes wrong when it fires
                decider, inner = command_of(unit, timer)
                decider.needs(unit, inner)
