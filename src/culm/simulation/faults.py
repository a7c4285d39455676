"""A store that fails as networks and databases do, around the one in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from culm.book import event as event_
from culm.book import idempotency
from culm.book import store as store_
from culm.book import table as table_
from culm.book import turn as turn_
from culm.simulation import database as database_


class FaultyStore:
    """One process's connections to the database. Implements `culm.book.store.Store`.

    Every call may take its time, before and after the moment in which it happens; may not get
    through; may be refused. A write may be lost on its way, on its way back, or overtaken.
    """

    def __init__(self, database: database_.Database) -> None:
        self._database = database
        self._store = database.store
        self._luck = database.luck
        self._locked = False
        self.process: object = None

    def keeps(self, table: table_.Table[Any]) -> bool:
        """Whether a turn's changes of this table are written."""
        return self._store.keeps(table)

    async def head(self, partition: int) -> turn_.Head:
        """Where the partition stands."""
        await self._reach()
        head = await self._store.head(partition)
        self._database.witness.looked(self.process, head)
        await self._luck.delay()
        return head

    async def lock(self, partition: int) -> turn_.Head:
        """Make every other process's `write` wait."""
        await self._reach()
        if not self._locked:
            await self._database.lock.acquire()
            self._locked = True
            self._luck.counts["locked"] += 1
        return await self._store.head(partition)

    async def unlock(self) -> None:
        """Give the lock back."""
        self.release()

    def release(self) -> None:
        """Give the lock back, as losing the connection does."""
        if self._locked:
            self._locked = False
            self._database.lock.release()

    async def load(
        self, table: table_.Table[Any], partition: int, keys: Collection[table_.Key]
    ) -> dict[Any, Any]:
        """The rows at these keys."""
        await self._reach()
        self._database.read(table.parameters(keys))
        rows = await self._store.load(table, partition, keys)
        await self._luck.delay()
        return rows

    async def events(self, partition: int, positions: Collection[int]) -> dict[int, event_.LogRow]:
        """The log rows at these positions."""
        await self._reach()
        return await self._store.events(partition, positions)

    async def answers(
        self, partition: int, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], idempotency.Answer]:
        """The stored answers for these (tenant, key) pairs."""
        await self._reach()
        answers = await self._store.answers(partition, keys)
        await self._luck.delay()
        return answers

    async def nonce(self, partition: int, turn: int) -> str | None:
        """The nonce of a turn that was taken, or None."""
        await self._reach()
        return await self._store.nonce(partition, turn)

    def pack(self, draft: turn_.Draft) -> None:
        """Nothing is sent anywhere."""
        self._store.pack(draft)

    async def write(self, draft: turn_.Draft) -> bool:
        """Write a turn, or fail to: before, during or after the commit."""
        luck, weather = self._luck, self._luck.weather
        if self._locked and luck.strikes("lock_lost", weather.lost_before):
            self.release()
            return False
        if luck.outage or luck.strikes("lost_before", weather.lost_before):
            raise store_.Unreachable("no connection")
        try:
            await luck.delay()
            if self._luck.outage or luck.strikes("lost_during", weather.lost_during):
                if luck.rng.random() < 0.5:
                    self._database.write_late(draft)
                raise store_.InDoubt("connection reset")
            landed = await self._database.write(draft, locked=self._locked)
        except asyncio.CancelledError:
            if luck.strikes("killed_while_writing", 0.5):
                self._database.write_late(draft)
            raise
        finally:
            self.release()
        await luck.delay()
        if landed and luck.strikes("lost_after", weather.lost_after):
            raise store_.InDoubt("connection reset")
        return landed

    async def _reach(self) -> None:
        luck, weather = self._luck, self._luck.weather
        if luck.outage or luck.strikes("unreachable", weather.unreachable):
            await asyncio.sleep(0)
            raise store_.Unreachable("no connection")
        if luck.strikes("refused_to_read", weather.refused / 4):
            raise store_.Refused("the statement took too long")
        await luck.delay()
