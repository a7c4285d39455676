"""The reads of timers and clocks: plain SQL on one partition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, get_args

import msgspec

from culm.kernel import database, errors, pages, sql
from culm.timers import rejections, tables, types, views

Database: TypeAlias = database.Reads

Id = Annotated[str, msgspec.Meta(max_length=60, pattern="^[a-z0-9_:]*$")]
"""The id of a timer in a cursor."""

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


async def timer(db: Database, *, partition: int, tenant: str, timer: str) -> views.Timer:
    """One of the tenant's timers. Raises `TimerNotFound`."""
    row = None
    if tables.is_timer_id(timer):
        row = await db.fetchrow(QUERIES["timer"], partition, tenant, timer)
    if row is None:
        raise rejections.TimerNotFound("timer")
    return _timer(row)


async def timers(
    db: Database,
    *,
    partition: int,
    tenant: str,
    state: types.State | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Timer]:
    """The tenant's timers, those that were set last first: those in one state, where given."""
    pages.check_limit(limit)
    if state is not None and state not in get_args(types.State):
        raise errors.ParameterInvalid(
            "A timer is armed, fired, cancelled or failed.", field="state"
        )
    question = ("timers", tenant, state)
    event, timer_id = pages.NEWEST, ""
    if cursor is not None:
        event, timer_id = pages.key_of(cursor, question, tuple[pages.Number, Id])
    rows = await db.fetch(QUERIES["timers"], partition, tenant, event, timer_id, state, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: (row["event"], row["id"]),
        item=_timer,
    )


async def clock(db: Database, *, partition: int, tenant: str) -> views.Clock:
    """The tenant's virtual clock. Raises `ClockNotFound`."""
    row = await db.fetchrow(QUERIES["clock"], partition, tenant)
    if row is None:
        raise rejections.ClockNotFound
    return views.clock(tables.read_clock(row)[1])


async def now(db: Database, *, partition: int, tenant: str, real: datetime) -> datetime:
    """The tenant's time: that of its virtual clock, or the real one."""
    row = await db.fetchrow(QUERIES["clock"], partition, tenant)
    return real if row is None else tables.read_clock(row)[1].now


def _timer(row: Any) -> views.Timer:
    return views.timer(tables.read_timer(row)[1])
