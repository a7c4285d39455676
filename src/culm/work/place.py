"""Where a reactor stands in the log of a partition: kept in PostgreSQL, so that a queue that is
lost is made again from there, and nothing is skipped."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import asyncpg

from culm.work import reactor as reactor_
from culm.work import tables


class Place(NamedTuple):
    """It was told of everything before `next`, and is done with all of that but `pending`."""

    next: int
    pending: tuple[int, ...] = ()

    @property
    def floor(self) -> int:
        """The first position that it may not be done with."""
        return min((self.next, *self.pending))


async def begin(db: asyncpg.Pool[Any], partition: int, reactor: reactor_.Reactor) -> Place:
    """Where a reactor stands. Where one begins that is new is settled here, once and for all."""
    at = {"start": 0, "now": None}.get(reactor.begins, reactor.begins)  # type: ignore[arg-type]
    rows = await db.fetch(tables.QUERIES["begin"], partition, reactor.name, at)
    return Place(rows[0]["next"], tuple(rows[0]["pending"]))


async def note(db: asyncpg.Pool[Any], partition: int, reactor: str, place: Place) -> None:
    """Note where a reactor stands."""
    await db.execute(tables.QUERIES["note"], partition, reactor, place.next, list(place.pending))


async def note_floor(db: asyncpg.Pool[Any], partition: int, reactor: str, floor: int) -> None:
    """Note that a reactor is done with everything before a position; it may be known already."""
    await db.execute(tables.QUERIES["note_floor"], partition, reactor, floor)


async def forget(db: asyncpg.Pool[Any], partition: int, reactor: str) -> None:
    """A reactor is gone for good."""
    await db.execute(tables.QUERIES["forget"], partition, reactor)


async def lanes(db: asyncpg.Pool[Any], partition: int, reactor: str) -> Collection[str]:
    """The aggregates of which something is parked."""
    rows = await db.fetch(tables.QUERIES["lanes_of"], partition, reactor)
    return {row["lane"] for row in rows}
