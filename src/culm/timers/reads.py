"""The reads of timers and clocks: plain SQL on one partition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from culm.kernel import sql

if TYPE_CHECKING:
    import asyncpg

Database: TypeAlias = "asyncpg.Pool[Any]"

QUERIES: Final = sql.load_queries("culm.timers", "reads.sql")


class Due(NamedTuple):
    """A timer to fire, and how many bytes its command has."""

    id: str
    size: int


class Way(NamedTuple):
    """What fires on the way of a virtual clock, in order, as of the clock's `news`."""

    news: int
    timers: Sequence[Due]


async def due(
    db: Database, *, partition: int, now: datetime, limit: int
) -> list[tuple[str, list[Due]]]:
    """The timers of the real time that are due, by tenant, the longest due first."""
    rows = await db.fetch(QUERIES["due"], partition, now, limit)
    found: dict[str, list[Due]] = {}
    for row in rows:
        found.setdefault(row["tenant"], []).append(Due(row["id"], row["size"]))
    return list(found.items())


async def next_due(db: Database, *, partition: int) -> datetime | None:
    """When the next timer of the real time is due."""
    found: datetime | None = await db.fetchval(QUERIES["next_due"], partition)
    return found


async def clocks_to_run(db: Database, *, partition: int) -> list[str]:
    """The tenants whose virtual clocks have something to do."""
    return [row["tenant"] for row in await db.fetch(QUERIES["clocks_to_run"], partition)]


async def on_the_way(db: Database, *, partition: int, tenant: str, limit: int) -> Way:
    """What fires on the way of a tenant's virtual clock."""
    rows = await db.fetch(QUERIES["on_the_way"], partition, tenant, limit)
    timers = [Due(row["id"], row["size"]) for row in rows if row["id"] is not None]
    return Way(rows[0]["news"] if rows else 0, timers)
