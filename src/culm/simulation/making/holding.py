"""Holds: placed, captured, released, expired."""

from __future__ import annotations

from datetime import datetime, timedelta

from culm.ledger import commands
from culm.simulation.making.scene import Scene


def place(scene: Scene, tenant: str) -> commands.PlaceHold:
    """A hold between two accounts."""
    dice = scene.dice
    debit, credit = scene.about.pair(tenant)
    return commands.PlaceHold(
        debit=debit,
        credit=credit if dice.chance(0.98) else debit,
        amount=dice.amount(),
        expires=_expires(scene, tenant),
        reference=dice.reference(),
        metadata=dice.metadata(),
        up_to=dice.chance(0.2),
    )


def capture(scene: Scene, tenant: str) -> commands.CaptureHold:
    """All of a hold, or a part of it."""
    dice, hold = scene.dice, scene.about.hold(tenant)
    amount: int | str | None = None
    if dice.chance(0.6):
        known = scene.state.holds.get(hold)
        most = known["amount"] if known else 10
        part = str(dice.rng.randrange(1, most + 2) // 2 or 1)
        amount = part if dice.chance(0.8) else dice.amount()
    return commands.CaptureHold(
        hold=hold,
        amount=amount,
        release_rest=dice.chance(0.2),
        kind=dice.kind("capture"),
        reference=dice.reference(),
        effective=scene.effective(tenant),
        metadata=dice.metadata(),
    )


def release(scene: Scene, tenant: str) -> commands.ReleaseHold:
    """A hold, mostly an open one."""
    return commands.ReleaseHold(hold=scene.about.hold(tenant))


def expire(scene: Scene, tenant: str) -> commands.ExpireHolds:
    """Some holds; rarely none, or too many."""
    dice = scene.dice
    holds = tuple(scene.about.hold(tenant) for _ in range(dice.rng.randrange(8)))
    if holds and dice.chance(0.01):
        holds = holds[:1] * 10_001
    return commands.ExpireHolds(holds=holds)


def _expires(scene: Scene, tenant: str) -> datetime | None:
    dice, now = scene.dice, scene.time(tenant)
    if not dice.chance(0.4):
        return dice.time(now, likelihood=0.3)
    if scene.behind:  # time goes on by microseconds: exactly this one may come
        return now + timedelta(microseconds=dice.rng.randrange(3, 50))
    return now + timedelta(seconds=dice.rng.random() * 100)
