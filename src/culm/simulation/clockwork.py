"""An event loop whose time is virtual, and clocks that run on it, jump, and go backward.

Nothing waits: when no task can go on, time moves to the next timer at once. With one source of
randomness beside it, a run is the same whenever it is repeated.
"""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(2030, 1, 1, tzinfo=UTC)

TICK_SECONDS: Final = 1e-6
"""Time goes so much past a timer, lest rounding keep one from ever being due."""


class Stalled(Exception):
    """Every task waits for another one: nothing can ever happen again."""


class _Still(selectors.SelectSelector):
    """A selector that never waits: it moves the time of its loop instead."""

    loop: Loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stalled("every task waits for another one")
        if timeout > 0:
            self.loop.moment += timeout + TICK_SECONDS
        return []


class Loop(asyncio.SelectorEventLoop):
    """An event loop in virtual time. It does no I/O and must not be used across threads."""

    def __init__(self) -> None:
        self.moment = 0.0
        selector = _Still()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self.moment


class WallClock:
    """What the clocks on all walls show: it follows the running loop, but for jumps."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        """The time of day."""
        now = asyncio.get_running_loop().time()
        return EPOCH + self.offset + timedelta(seconds=now)

    def jump(self, seconds: float) -> None:
        """Set the clock forward, or backward."""
        self.offset += timedelta(seconds=seconds)
