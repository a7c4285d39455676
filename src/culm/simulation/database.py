"""What all processes share: the store in memory, the lock on its head, and writes under way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final, Protocol

from culm.book import memory as memory_
from culm.book import store as store_
from culm.book import turn as turn_
from culm.simulation import strictness, weather

LATE_SECONDS: Final = (0.0, 0.001, 2.0)
"""A write whose connection was lost may still arrive, up to so much later."""

POISON: Final = "77"
"""What attempts that end so have decided cannot be written, while the database refuses things."""


class Witness(Protocol):
    """Who looks at what the processes do to the database."""

    def looked(self, process: object, head: turn_.Head) -> None:
        """A process has read the head."""

    def attempted(self) -> None:
        """A write has arrived."""

    def landed(self, draft: turn_.Draft) -> None:
        """A turn was committed."""

    def impossible(self, error: Exception, draft: turn_.Draft | None = None) -> None:
        """A query, or a turn, holds what no database would take."""


class Database:
    """One partition as the database has it. Writes wait for the lock and are committed at once."""

    def __init__(self, *, store: memory_.MemoryStore, witness: Witness, luck: weather.Luck) -> None:
        self.store = store
        self.witness = witness
        self.luck = luck
        self.lock = asyncio.Lock()
        self._late: set[asyncio.Task[None]] = set()

    def read(self, parameters: Iterable[Iterable[Any]]) -> None:
        """Raise `Refused` for a query with parameters that no database would take."""
        try:
            strictness.check_parameters(parameters)
        except store_.Refused as error:
            self.witness.impossible(error)
            raise

    async def write(self, draft: turn_.Draft, *, locked: bool) -> bool:
        """A write arrives. False: another writer took this turn. Raises `Refused`."""
        if locked:
            return await self._commit(draft)
        async with self.lock:
            return await self._commit(draft)

    def write_late(self, draft: turn_.Draft) -> None:
        """A write whose connection is gone goes on travelling, and is committed if it still can."""
        self.luck.counts["late"] += 1
        seconds = self.luck.rng.choice(LATE_SECONDS) * self.luck.rng.random()
        task = asyncio.create_task(self._arrive(draft, seconds))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _arrive(self, draft: turn_.Draft, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if await self.write(draft, locked=False):
            self.luck.counts["late_landed"] += 1

    async def _commit(self, draft: turn_.Draft) -> bool:
        self.witness.attempted()
        try:
            strictness.check(draft)
        except store_.Refused as error:
            self.witness.impossible(error, draft)
            raise
        self._refuse(draft)
        landed = await self.store.write(draft)
        if landed:
            self.witness.landed(draft)
        return landed

    def _refuse(self, draft: turn_.Draft) -> None:
        likelihood = self.luck.weather.refused
        if self.luck.strikes("refused", likelihood):
            raise store_.Refused("out of memory")
        if likelihood and any(r.origin.correlation.endswith(POISON) for r in draft.requests):
            self.luck.counts["poisoned"] += 1
            raise store_.Refused("a value does not fit")
