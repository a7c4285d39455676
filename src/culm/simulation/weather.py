"""How likely things are to go wrong, and whether they do now."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from typing import Final

import msgspec

SPELL_LIKELIHOOD: Final = 0.3
SPELL_CHANCES: Final = 8
SPELL_FACTOR: Final = 8
"""Faults come in spells: after one, sometimes, the next chances are so much worse."""

SLOW_SECONDS: Final = 0.02


class Weather(msgspec.Struct, frozen=True):
    """How likely each fault is, a call. The default is fine weather."""

    wait: float = 0.3
    """The call lets other tasks go first; now and then it takes milliseconds."""
    unreachable: float = 0.0
    """A call that reads does not get through."""
    refused: float = 0.0
    """The database refuses a call: it was out of memory, or the statement took too long."""
    lost_before: float = 0.0
    """A write does not get through: nothing was sent."""
    lost_during: float = 0.0
    """The connection is lost during a write, which has not landed; it may yet."""
    lost_after: float = 0.0
    """The connection is lost after the commit, before its answer."""


class Luck:
    """Decides what strikes, and counts it. In an outage, nothing gets through at all."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.weather = Weather()
        self.outage = False
        self.counts: Counter[str] = Counter()
        self._spell = 0

    def strikes(self, fault: str, likelihood: float) -> bool:
        """Whether this fault happens now."""
        if not likelihood:
            return False
        worse = SPELL_FACTOR if self._spell else 1
        self._spell -= self._spell > 0
        if self.rng.random() >= likelihood * worse:
            return False
        if self.rng.random() < SPELL_LIKELIHOOD:
            self._spell = SPELL_CHANCES
        self.counts[fault] += 1
        return True

    async def delay(self) -> None:
        """Let others go first: mostly not at all, sometimes for milliseconds."""
        chance = self.rng.random()
        if chance >= self.weather.wait:
            return
        if chance < self.weather.wait / 8:
            self.counts["slow"] += 1
            await asyncio.sleep(self.rng.random() * SLOW_SECONDS)
            return
        for _ in range(self.rng.randrange(1, 4)):
            await asyncio.sleep(0)
