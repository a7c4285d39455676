"""A store that fails as networks and databases do, around the one in memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from random import Random
from typing import Any, Final, Protocol

import msgspec

from culm.book import event as event_
from culm.book import idempotency
from culm.book import memory as memory_
from culm.book import store as store_
from culm.book import table as table_
from culm.book import turn as turn_
from culm.simulation import strictness

LATE_SECONDS: Final = 2.0
"""A commit whose connection was lost may still arrive, up to this much later."""

SPELL_CHANCES: Final = 8
SPELL_FACTOR: Final = 8
"""After a fault, sometimes, so many chances of others are so much more likely."""

POISON: Final = "77"
"""Attempts that end so cannot be written while the database refuses now and then."""


class Weather(msgspec.Struct, frozen=True):
    """How likely each fault is, a call. All zero is fine weather."""

    wait: float = 0.3
    """The call lets other tasks go first; now and then it takes milliseconds."""
    unreachable: float = 0.0
    """A call that reads does not get through."""
    lost_before: float = 0.0
    """A write does not get through: nothing was sent."""
    lost_during: float = 0.0
    """The connection is lost during a write, which has not landed; it may yet."""
    lost_after: float = 0.0
    """The connection is lost after the commit, before its answer."""
    refused: float = 0.0
    """The database refuses a write."""
    failed: float = 0.0
    """A call fails in a way that the store has no word for: a statement that took too long, no
    connection free, a defect of the driver. A write that fails so may have landed."""


class Failed(Exception):
    """Something that no store is expected to raise, and every store can."""


class Witness(Protocol):
    """Who looks at what a process does to the store."""

    def looked(self, process: object, head: turn_.Head) -> None:
        """The process has read the head."""

    def attempted(self) -> None:
        """A write has arrived."""

    def landed(self, draft: turn_.Draft) -> None:
        """A turn was committed."""

    def impossible(self, error: Exception, draft: turn_.Draft | None = None) -> None:
        """A query, or a turn, holds what no database would take."""


class Partition:
    """What all processes share: the database, the lock on the head, and bad luck."""

    def __init__(self, *, inner: memory_.MemoryStore, witness: Witness, rng: Random) -> None:
        self.inner = inner
        self.witness = witness
        self.weather = Weather()
        self.counts: Counter[str] = Counter()
        self.outage = False
        self.lock = asyncio.Lock()
        self.late: list[asyncio.Task[bool]] = []
        self.rng = rng
        self._spell = 0

    def strikes(self, fault: str, likelihood: float) -> bool:
        """Whether this fault happens now; it is counted. Faults come in spells."""
        if not likelihood:
            return False
        more = SPELL_FACTOR if self._spell else 1
        self._spell -= self._spell > 0
        if self.rng.random() >= likelihood * more:
            return False
        if self.rng.random() < 0.3:
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
            await asyncio.sleep(self.rng.random() / 50)
            return
        for _ in range(self.rng.randrange(1, 4)):
            await asyncio.sleep(0)

    async def commit(self, draft: turn_.Draft) -> bool:
        """What the database does with a write that has arrived."""
        try:
            strictness.check(draft)
        except store_.Refused as error:
            self.witness.impossible(error, draft)
            raise
        landed = await self.inner.write(draft)
        if landed:
            self.witness.landed(draft)
        return landed

    def arrive_late(self, draft: turn_.Draft) -> None:
        """A write whose connection is gone goes on travelling, and is committed if it still can."""

        async def arrive(seconds: float) -> bool:
            await asyncio.sleep(seconds)
            async with self.lock:
                landed = await self.commit(draft)
            self.counts["late_landed"] += landed
            return landed

        self.counts["late"] += 1
        seconds = self.rng.choice((0.0, 0.001, LATE_SECONDS)) * self.rng.random()
        self.late.append(asyncio.create_task(arrive(seconds)))


class FaultyStore:
    """One process's connections to the partition. Implements `culm.book.store.Store`."""

    def __init__(self, partition: Partition) -> None:
        self._shared = partition
        self._inner = partition.inner
        self._locked = False
        self.process: object = None

    def keeps(self, table: table_.Table[Any]) -> bool:
        """Whether a turn's changes of this table are written."""
        return self._inner.keeps(table)

    async def head(self, partition: int) -> turn_.Head:
        """Where the partition stands."""
        await self._reach()
        head = await self._inner.head(partition)
        self._shared.witness.looked(self.process, head)
        await self._shared.delay()
        return head

    async def lock(self, partition: int) -> turn_.Head:
        """Shut out every other process's `write`."""
        await self._reach()
        if not self._locked:
            await self._shared.lock.acquire()
            self._locked = True
            self._shared.counts["locked"] += 1
        return await self._inner.head(partition)

    async def unlock(self) -> None:
        """Give the lock back."""
        self.release()

    def release(self) -> None:
        """Give the lock back, as losing the connection does."""
        if self._locked:
            self._locked = False
            self._shared.lock.release()

    async def load(
        self, table: table_.Table[Any], partition: int, keys: Collection[table_.Key]
    ) -> dict[Any, Any]:
        """The rows at these keys."""
        await self._reach()
        try:
            strictness.check_parameters(table.parameters(keys))
        except store_.Refused as error:
            self._shared.witness.impossible(error)
            raise
        rows = await self._inner.load(table, partition, keys)
        await self._shared.delay()
        return rows

    async def events(self, partition: int, positions: Collection[int]) -> dict[int, event_.LogRow]:
        """The log rows at these positions."""
        await self._reach()
        return await self._inner.events(partition, positions)

    async def answers(
        self, partition: int, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], idempotency.Answer]:
        """The stored answers for these (tenant, key) pairs."""
        await self._reach()
        answers = await self._inner.answers(partition, keys)
        await self._shared.delay()
        return answers

    async def nonce(self, partition: int, turn: int) -> str | None:
        """The nonce of a turn that was taken, or None."""
        await self._reach()
        return await self._inner.nonce(partition, turn)

    async def write(self, draft: turn_.Draft) -> bool:
        """Write a turn, or fail to, before, during or after the commit."""
        shared, weather = self._shared, self._shared.weather
        if shared.outage or shared.strikes("lost_before", weather.lost_before):
            raise store_.Unreachable("no connection")
        try:
            await shared.delay()
            if not self._locked:
                async with shared.lock:
                    return await self._commit(draft)
            return await self._commit(draft)
        except asyncio.CancelledError:
            if shared.strikes("killed_while_writing", 0.5):
                shared.arrive_late(draft)
            raise
        finally:
            self.release()

    async def _commit(self, draft: turn_.Draft) -> bool:
        shared, weather = self._shared, self._shared.weather
        shared.witness.attempted()
        if shared.strikes("refused", weather.refused):
            raise store_.Refused("the database has no room")
        if weather.refused and any(r.origin.correlation.endswith(POISON) for r in draft.requests):
            shared.counts["poisoned"] += 1
            raise store_.Refused("the database cannot hold a value")
        if shared.strikes("lost_during", weather.lost_during):
            if shared.rng.random() < 0.5:
                shared.arrive_late(draft)
            raise store_.InDoubt("connection reset")
        landed = await shared.commit(draft)
        await shared.delay()
        if landed and shared.strikes("lost_after", weather.lost_after):
            raise store_.InDoubt("connection reset")
        if shared.strikes("failed", weather.failed):
            raise Failed("the statement took too long")
        return landed

    async def _reach(self) -> None:
        if self._shared.outage or self._shared.strikes(
            "unreachable", self._shared.weather.unreachable
        ):
            await asyncio.sleep(0)
            raise store_.Unreachable("no connection")
        if self._shared.strikes("failed", self._shared.weather.failed):
            raise Failed("the statement took too long")
        await self._shared.delay()
