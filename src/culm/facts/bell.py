"""Bells: how those who read the log hear at once that there is more of it."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """Rung whenever something was committed; whoever waits for news is woken.

    `rung` counts. A waiter says how far it had counted when it last looked, so that no ring between
    its look and its wait is missed.
    """

    def __init__(self) -> None:
        self.rung = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody who waits. Called on the event loop."""
        self.rung += 1
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, since: int, seconds: float) -> None:
        """Return when it has rung since, or when so many seconds are over."""
        if self.rung != since:
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await future
        finally:
            self._waiting.discard(future)
