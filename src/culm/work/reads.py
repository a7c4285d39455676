"""Reads of what is parked: plain SQL, for one tenant of a partition or for whoever runs it all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import msgspec

from culm.kernel import database, ids, pages, sql
from culm.work import rejections, tables, types, views

if TYPE_CHECKING:
    import asyncpg

Database: TypeAlias = database.Reads

QUERIES: Final = sql.load_queries("culm.work", "reads.sql")

KEPT_DAYS: Final = 30
"""How long what a reactor said is kept, once the fact is not parked any more."""

_Key = tuple[pages.Number, Annotated[str, msgspec.Meta(max_length=63)]]
_NEWEST: Final = (pages.NEWEST, "")


async def parked(
    db: Database, *, partition: int, tenant: str | None, parked: str
) -> views.ParkedFact:
    """A parked fact of a tenant, or of whichever. Raises `ParkedNotFound`."""
    parts = types.parts(parked)
    if parts is None or ids.partition_of(parts[1]) != partition:
        raise rejections.ParkedNotFound("parked")
    reactor, fact = parts
    rows = await db.fetch(QUERIES["parked"], partition, tenant, reactor, ids.number_of(fact))
    if not rows:
        raise rejections.ParkedNotFound("parked")
    row = dict(rows[0])
    message = row.pop("message")
    return views.ParkedFact(**msgspec.structs.asdict(tables.read(row)[1]), message=message)


async def page(
    db: Database,
    *,
    partition: int,
    tenant: str,
    reactor: str | None = None,
    state: types.State | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[types.Parked]:
    """A tenant's parked facts, the newest facts first: those that wait, or those in one state.

    Raises `Invalid` for a cursor or limit that is not sound.
    """
    pages.check_limit(limit)
    question = ("parked", tenant, reactor, state)
    before = _NEWEST if cursor is None else pages.key_of(cursor, question, _Key)
    states = list(types.OPEN) if state is None else [state]
    rows = await db.fetch(
        QUERIES["parked_page"], partition, tenant, *before, reactor, states, limit + 1
    )
    return pages.page(rows, limit=limit, question=question, key=_key, item=_parked)


async def everywhere(
    db: Database,
    *,
    partition: int,
    tenant: str | None = None,
    reactor: str | None = None,
    after: types.Parked | None = None,
    limit: int,
) -> list[types.Parked]:
    """What waits in a partition, the earliest facts first: of all tenants and reactors, or one."""
    place = (-1, "") if after is None else (ids.number_of(after.fact), after.reactor)
    rows = await db.fetch(QUERIES["parked_everywhere"], partition, tenant, reactor, *place, limit)
    return [_parked(row) for row in rows]


async def waiting(db: Database, *, partition: int) -> dict[str, int]:
    """How many facts are parked in a partition and wait, by reactor."""
    rows = await db.fetch(QUERIES["count_open"], partition)
    return {row["reactor"]: row["parked"] for row in rows}


async def prune(db: asyncpg.Pool[Any], *, partition: int, before: datetime) -> None:
    """Forget what reactors said before a time about facts that are not parked any more."""
    await db.execute(tables.QUERIES["prune_failures"], partition, before)


def _key(row: Any) -> tuple[int, str]:
    return row["fact"], row["reactor"]


def _parked(row: Any) -> types.Parked:
    return tables.read(row)[1]
