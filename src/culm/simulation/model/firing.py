"""Timers that fire, one by one, and the clocks that come past them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from culm.ledger import commands as ledger
from culm.simulation.model import booking, forms, holding, timing
from culm.simulation.model.state import Rejected, Row, State
from culm.timers import commands

DECIDED: dict[str, tuple[type[msgspec.Struct], Callable[[State, Any], Row]]] = {
    "ledger.post_transaction": (ledger.PostTransaction, booking.post),
    "ledger.place_hold": (ledger.PlaceHold, holding.place),
    "ledger.capture_hold": (ledger.CaptureHold, holding.capture),
    "ledger.release_hold": (ledger.ReleaseHold, holding.release),
    "ledger.expire_holds": (ledger.ExpireHolds, holding.expire),
}
MOST = 1_000
TICK = timedelta(microseconds=1)


def fire_timers(state: State, command: commands.FireTimers) -> Row:
    """Fire those that are due."""
    fired = 0
    for timer_id in command.timers[:MOST]:
        timer = state.timers.get(timer_id)
        if timer is None or timer["tenant"] != state.asking or timer["due"] is None:
            continue
        if timer["due"] <= state.time():
            fire(state, timer)
            fired += 1
    return {"fired": fired, "reached": False, "failed": {}}


def fire(state: State, timer: Row) -> None:
    """Decide its command as if its owner had asked a moment later; write down what came of it."""
    state.now += TICK
    state.attempt = timer["correlation"]
    due, outcome = timer["due"], "done"
    type_, rule = DECIDED[timer["command"]]
    try:
        rule(state, msgspec.json.decode(timer["body"], type=type_))
    except Rejected as rejected:
        outcome = rejected.code
    if timer["due"] == due:
        note(state, timer, outcome, timing.following(timer, state.time()))


def note(state: State, timer: Row, outcome: str, following: Any) -> None:
    """Write down that a timer has fired."""
    due = timer["due"]
    state.record("timers.timer_fired", id=timer["id"], due=due, outcome=outcome, next=following)
    over = "failed" if outcome == "failed" else "fired"
    timer.update(
        due=following,
        state="armed" if following else over,
        fired=timer["fired"] + 1,
        last=due,
        outcome=outcome,
    )


def fail(state: State, command: commands.FailTimer) -> Row:
    """Set a timer aside."""
    timer = state.timers.get(command.timer)
    if timer is None or timer["tenant"] != state.asking or timer["due"] is None:
        raise Rejected("timer_not_armed", "timer")
    note(state, timer, "failed", None)
    return {"fired": 1, "reached": False, "failed": {}}


def advance(state: State, command: commands.AdvanceClock) -> Row:
    """Send a clock on its way."""
    forms.moment(command.to, "to")
    clock = state.clocks.get(state.asking)
    if clock is None:
        raise Rejected("virtual_clock_not_found", None)
    if clock["target"] is not None:
        raise Rejected("clock_advancing", "to")
    if command.to <= clock["now"]:
        raise Rejected("clock_not_later", "to")
    if command.to > clock["now"] + timedelta(days=3653):
        raise Rejected("clock_too_far", "to")
    state.record("timers.clock_advanced", target=command.to)
    clock["target"] = command.to
    return {"now": clock["now"], "target": clock["target"]}


def run_clock(state: State, command: commands.RunClock) -> Row:
    """Let a clock come past timers, the earliest first, as far as all of them are known."""
    clock, fired, reached = state.clocks.get(state.asking), 0, False
    if clock is None or clock["news"] != command.news:
        return {"fired": 0, "reached": False, "failed": {}}
    known = [state.timers[one] for one in command.timers if one in state.timers]
    goal = clock["target"] or clock["now"]
    last = None if command.whole else max(map(place, waiting(state, known, goal)), default=None)
    while clock["news"] == command.news and fired < MOST:
        ahead = [t for t in waiting(state, known, goal) if last is None or place(t) <= last]
        if not ahead:
            reached = command.whole and clock["target"] is not None
            break
        timer = min(ahead, key=place)
        if timer["due"] > clock["now"]:
            state.now += TICK
            state.record("timers.clock_moved", now=timer["due"])
            clock["now"] = timer["due"]
        fire(state, timer)
        fired += 1
    if reached:
        state.now += TICK
        state.record("timers.clock_reached", now=goal)
        clock.update(now=goal, target=None)
    return {"fired": fired, "reached": reached, "failed": {}}


def waiting(state: State, timers: list[Row], goal: Any) -> list[Row]:
    """Those of a tenant's timers that its clock comes past."""
    return [
        timer
        for timer in timers
        if timer["clock"] == state.asking and timer["due"] is not None and timer["due"] <= goal
    ]


def place(timer: Row) -> tuple[Any, ...]:
    """By when they are due, then by when they were set."""
    return timer["due"], timer["event"], timer["id"]
