"""Clients: they ask, wait for the answer, and when they get none, ask again as real ones do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from culm.kernel import errors
from culm.simulation import checker as checker_
from culm.simulation import generator as generator_
from culm.simulation.clockwork import WallClock
from culm.simulation.process import Died, Process

ATTEMPTS: Final = 6
THINK_SECONDS: Final = 0.002


class Clients:
    """Everybody who asks, and what they hear that is no answer."""

    def __init__(
        self,
        *,
        rng: Random,
        clock: WallClock,
        checker: checker_.Checker,
        processes: Sequence[Process],
    ) -> None:
        self.heard: Counter[str] = Counter()
        self._rng = rng
        self._clock = clock
        self._checker = checker
        self._processes = processes
        self._generator = generator_.Generator(
            rng=rng, state=checker.model.state, under_way=checker.under_way
        )
        self._attempts = 0

    async def begin(self) -> None:
        """Open the first books."""
        for ask in self._generator.first():
            await self._persist(ask)

    async def keep_asking(self, going_on: Callable[[], bool]) -> None:
        """One client: ask for one thing after the other."""
        while going_on():
            await self._persist(self._generator.ask(self._clock()))
            if self._rng.random() < 0.2:
                await asyncio.sleep(self._rng.random() * THINK_SECONDS)

    async def _persist(self, ask: generator_.Ask) -> None:
        """Ask until there is an answer. Without a key, an unknown outcome stays unknown."""
        for tried in range(ATTEMPTS):
            if self._checker.divergence is not None:
                return
            again = await self._attempt(ask)
            if not again or (again == "unknown" and ask.key is None):
                return
            await asyncio.sleep(self._rng.random() * THINK_SECONDS * 4**tried)

    async def _attempt(self, ask: generator_.Ask) -> str | None:
        """One attempt. Returns why to try again, or None after an answer."""
        self._attempts += 1
        attempt = f"a{self._attempts}"
        try:
            answer = await self._answer(ask, attempt)
        except (errors.Busy, errors.InProgress, errors.Unavailable) as error:
            self.heard[error.code] += 1
            with self._checker.noting():
                self._checker.denied(attempt, ask.command, error)
            return "denied"
        except (errors.OutcomeUnknown, Died, TimeoutError) as error:
            self.heard[type(error).__name__] += 1
            return "unknown"
        except Exception as error:  # whatever else it is, no caller should hear it
            with self._checker.noting():
                self._checker.surprised(ask.command, error)
            return None
        with self._checker.noting():
            self._checker.answered(
                ask.command, tenant=ask.tenant, key=ask.key, attempt=attempt, answer=answer
            )
        return None

    async def _answer(self, ask: generator_.Ask, attempt: str) -> Any:
        """A result, or a rejection; raises what is neither."""
        process = self._processes[int(self._rng.random() ** 2 * len(self._processes))]
        asking = process.call(ask.command, tenant=ask.tenant, key=ask.key, attempt=attempt)
        try:
            if self._rng.random() < 0.01:
                return await asyncio.wait_for(asking, self._rng.random() * 0.02)
            return await asking
        except (errors.Rejection, errors.Invalid, errors.KeyConflict) as rejection:
            return rejection
