"""The journal of attempts: written by those who send, read by owners, deleted after a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

import asyncpg

from culm.kernel import ids, pages
from culm.webhooks import answers, tables, types, views
from culm.webhooks.reads import endpoints, queries

Outcome = Literal["succeeded", "failed"]

Key = tuple[datetime, int, int]

KEPT_DAYS: Final = 30
"""How long attempts are kept. Until then it is known what an endpoint has got."""

PRUNED_AT_ONCE: Final = 10_000


async def note(
    db: asyncpg.Pool[Any],
    endpoint: types.Endpoint,
    *,
    partition: int,
    event: str,
    attempt: int,
    time: datetime,
    answer: answers.Answer,
) -> None:
    """Keep an attempt. One that is there already stays."""
    await db.execute(
        queries.QUERIES["note_attempt"],
        partition,
        endpoint.number,
        ids.number_of(event),
        attempt,
        time,
        answer.status,
        answer.failure,
        answer.latency_ms,
        answer.retry_after_seconds,
        answer.text,
    )


async def made(
    db: queries.Database, endpoint: types.Endpoint, *, partition: int, event: str, attempt: int
) -> answers.Answer | None:
    """How an attempt ended, if it was made."""
    row = await db.fetchrow(
        queries.QUERIES["attempt"], partition, endpoint.number, ids.number_of(event), attempt
    )
    if row is None:
        return None
    return answers.Answer(
        row["status"], row["failure"], row["latency_ms"], row["retry_after"], row["answer"]
    )


async def last_success(
    db: queries.Database, endpoint: types.Endpoint, *, partition: int
) -> datetime | None:
    """When an endpoint last took anything."""
    found: datetime | None = await db.fetchval(
        queries.QUERIES["last_success"], partition, endpoint.number
    )
    return found


async def attempts(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    endpoint: str,
    event: str | None = None,
    outcome: Outcome | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Attempt]:
    """The attempts at an endpoint, newest first: all, or those of an event or with an outcome.

    Raises `EndpointNotFound`.
    """
    pages.check_limit(limit)
    found = await endpoints.find(db, partition=partition, tenant=tenant, endpoint=endpoint)
    question = ("webhook attempts", found.id, event, outcome)
    before: Key | tuple[None, None, None] = (None, None, None)
    if cursor is not None:
        before = pages.key_of(cursor, question, tuple[datetime, pages.Number, int])
        if before[0] is None or before[0].tzinfo is None or before[2] >= 2**31:
            raise pages.malformed()
    query, of_event = "attempts", []
    if event is not None:
        query = "attempts_of_event"
        of_event = [queries.number(event, tables.EVENT_PREFIX, partition)]
    rows = await db.fetch(
        queries.QUERIES[query], partition, found.number, outcome, *before, limit + 1, *of_event
    )
    return pages.page(rows, limit=limit, question=question, key=_key, item=_attempt)


async def prune(db: queries.Database, before: datetime) -> int:
    """Delete the attempts that were made before a time; how many there were."""
    pruned = 0
    while some := await db.fetchval(queries.QUERIES["prune"], before, PRUNED_AT_ONCE):
        pruned += some
    return pruned


def _key(row: Any) -> Key:
    return (row["time"], row["event"], row["attempt"])


def _attempt(row: Any) -> views.Attempt:
    return views.Attempt(
        endpoint=ids.from_number(types.PREFIX, row["endpoint"]),
        event=ids.from_number(tables.EVENT_PREFIX, row["event"]),
        attempt=row["attempt"],
        time=row["time"],
        status=row["status"],
        failure=row["failure"],
        latency_ms=row["latency_ms"],
        answer=row["answer"],
    )
