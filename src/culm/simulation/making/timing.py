"""Timers, and the clocks of tenants of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from culm.simulation.making import booking, holding
from culm.simulation.making.scene import Scene
from culm.simulation.model.state import Row
from culm.timers import commands, types

MADE: Final[tuple[tuple[str, Callable[[Scene, str], msgspec.Struct]], ...]] = (
    ("ledger.post_transaction", booking.post),
    ("ledger.post_transaction", booking.post),
    ("ledger.place_hold", holding.place),
    ("ledger.capture_hold", holding.capture),
    ("ledger.release_hold", holding.release),
)
WRONG_NAMES: Final = ("", "ledger.nothing", "ledger.expire_holds", "timers.set_timer", "x\x00")
WRONG_SCHEDULES: Final = (
    types.Schedule(),
    types.Schedule(every_seconds=1, cron="* * * * *"),
    types.Schedule(every_seconds=0),
    types.Schedule(every_seconds=10**12),
    types.Schedule(every_seconds=1, times=0),
    types.Schedule(every_seconds=1, zone="Mars"),
    types.Schedule(cron="61 * * * *"),
    types.Schedule(every_seconds=1, until=datetime(2030, 1, 1)),  # noqa: DTZ001
)
AT_ONCE: Final = 8


def set_timer(scene: Scene, tenant: str) -> commands.SetTimer:
    """A timer for some command: mostly soon, sometimes again and again."""
    dice = scene.dice
    name, make = dice.one(MADE)
    body = msgspec.to_builtins(make(scene, tenant))
    chance = dice.rng.random()
    if chance < 0.02:
        name = dice.one(WRONG_NAMES)
    elif chance < 0.04:
        body = dice.one(({}, {"x": 1}, {"postings": [{}] * 5_000}))
    schedule = _schedule(scene, tenant) if dice.chance(0.3) else None
    at = _soon(scene, tenant) if schedule is None or dice.chance(0.4) else None
    return commands.SetTimer(
        command=name, body=body, at=at if dice.chance(0.99) else None, schedule=schedule
    )


def cancel(scene: Scene, tenant: str) -> commands.CancelTimer:
    """A timer of lately."""
    return commands.CancelTimer(timer=scene.about.timer(tenant))


def retry(scene: Scene, tenant: str) -> commands.RetryTimer:
    """A timer of lately, mostly one whose command was refused."""
    timer = scene.about.timer(tenant)
    for _ in range(4):
        known = scene.state.timers.get(timer)
        if known is None or known["outcome"] not in (None, "done"):
            break
        timer = scene.about.timer(tenant)
    return commands.RetryTimer(timer=timer)


def fail(scene: Scene, tenant: str) -> commands.FailTimer:
    """A timer of lately."""
    return commands.FailTimer(timer=scene.about.timer(tenant))


def fire(scene: Scene, tenant: str) -> commands.FireTimers:
    """What is due, or nearly, with something else among it now and then."""
    due = [timer for timer in _waiting(scene, tenant) if timer["due"] <= scene.time(tenant)]
    timers = [timer["id"] for timer in due[:AT_ONCE]]
    while scene.dice.chance(0.2):
        timers.append(scene.about.timer(tenant))
    return commands.FireTimers(timers=tuple(timers))


def advance(scene: Scene, tenant: str) -> commands.AdvanceClock:
    """A while later, mostly."""
    now, dice = scene.time(tenant), scene.dice
    clock = scene.state.clocks.get(tenant)
    stands = clock is not None and clock["target"] is None
    if dice.chance(0.2 if stands else 0.05):
        return commands.AdvanceClock(to=dice.time(now, likelihood=1) or now)
    if dice.chance(0.15 if stands else 0.02):
        return commands.AdvanceClock(to=now + timedelta(days=3653, microseconds=dice.one((0, 1))))
    return commands.AdvanceClock(to=now + timedelta(seconds=dice.rng.randrange(1, 200)))


def run_clock(scene: Scene, tenant: str) -> commands.RunClock:
    """What a clock comes past next, as the books have it, or as they may have been."""
    clock, dice = scene.state.clocks.get(tenant), scene.dice
    if clock is None:
        return commands.RunClock(timers=(scene.about.timer(tenant),), whole=True, news=0)
    goal = clock["target"] or clock["now"]
    way = [timer["id"] for timer in _waiting(scene, tenant) if timer["due"] <= goal]
    first = way[: dice.rng.randrange(1, AT_ONCE)]
    news = clock["news"] - dice.chance(0.05)
    return commands.RunClock(timers=tuple(first), whole=len(first) == len(way), news=news)


def _waiting(scene: Scene, tenant: str) -> list[Row]:
    """The armed timers of a tenant, in the order in which they fire."""
    armed: list[Row] = [
        timer
        for timer in scene.state.timers.values()
        if timer["tenant"] == tenant and timer["due"] is not None
    ]
    return sorted(armed, key=lambda timer: (timer["due"], timer["event"], timer["id"]))


def _soon(scene: Scene, tenant: str) -> datetime | None:
    now, dice = scene.time(tenant), scene.dice
    if dice.chance(0.05):
        return dice.time(now, likelihood=1)
    return now + timedelta(seconds=dice.rng.random() ** 2 * 60, microseconds=1)


def _schedule(scene: Scene, tenant: str) -> Any:
    dice = scene.dice
    if dice.chance(0.06):
        return dice.one(WRONG_SCHEDULES)
    until = scene.time(tenant) + timedelta(seconds=dice.rng.randrange(600))
    return types.Schedule(
        every_seconds=dice.rng.randrange(1, 60),
        times=dice.one((None, 1, 2, 3)),
        until=until if dice.chance(0.7) else None,
        missed=dice.one(("each", "last")),
    )
