"""Facts from the log once more, to a subject of the reader's choice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import asyncpg
import msgspec
from nats import js
from nats.aio import client as client_
from nats.js import errors as js_errors

from culm.book import event as event_
from culm.facts import cloudevent, queries, stream, subject
from culm.kernel import errors

READ_EVENTS: Final = 1_000


class SubjectReserved(errors.CulmError):
    """The stream of facts is written by the relay alone."""

    code = "subject_reserved"
    status = 400


class Wanted(msgspec.Struct, frozen=True):
    """Which facts: positions from `start` to before `end`, of a tenant, of some types of event
    (none named: of all)."""

    start: int = 0
    end: int | None = None
    tenant: str | None = None
    types: frozenset[str] = frozenset()

    def includes(self, row: event_.LogRow) -> bool:
        """Whether a log row within the positions is wanted."""
        return self.tenant in (None, row.tenant) and (not self.types or row.type in self.types)


async def rows(
    db: asyncpg.Pool[Any], partition: int, wanted: Wanted
) -> AsyncIterator[event_.LogRow]:
    """The wanted rows of a partition's log, in order, up to where it ends now."""
    position = wanted.start
    end = await db.fetchval(queries.QUERIES["size"], partition) or 0
    end = end if wanted.end is None else min(end, wanted.end)
    while position < end:
        limit = min(READ_EVENTS, end - position)
        records = await db.fetch(queries.QUERIES["facts_from"], partition, position, limit)
        if not records:
            return
        for record in records:
            row = event_.LogRow(*record)
            if wanted.includes(row):
                yield row
        position += len(records)


async def replay(
    client: client_.Client,
    db: asyncpg.Pool[Any],
    partition: int,
    wanted: Wanted,
    *,
    to: str,
    origin: str,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Publish the wanted facts to the subject `to`, in order; how many there were.

    Where a stream keeps that subject, each is acknowledged by it before this returns; else they go
    to whoever listens. Raises `SubjectReserved`, and what nats raises.
    """
    check_subject(to)
    jetstream = client.jetstream(publish_async_max_pending=1_000)
    kept = await _is_kept(jetstream, to)
    done = 0
    async for row in rows(db, partition, wanted):
        body = cloudevent.encode(cloudevent.of(row, origin))
        if len(body) > client.max_payload - stream.HEADER_BYTES:
            body = cloudevent.encode(cloudevent.of(row, origin, inline=False))
        headers = {"Nats-Msg-Id": f"{row.partition}-{row.position}"}
        if kept:
            await jetstream.publish_async(to, body, headers=headers)
        else:
            await client.publish(to, body, headers=headers)
        done += 1
        if done % READ_EVENTS == 0:
            progress(done)
    await (jetstream.publish_async_completed() if kept else client.flush())
    return done


def check_subject(to: str) -> None:
    """Refuse the platform's own subjects, and what is not one subject. Raises `SubjectReserved`,
    `Invalid`."""
    tokens = to.split(".")
    if not all(tokens) or any(set(token) & set("*> \t\r\n") for token in tokens):
        raise errors.Invalid("a subject is words with dots between, without wildcards", field="to")
    if tokens[0] in (subject.ROOT, stream.ENTRY, "_CULM") or tokens[0].startswith("$"):
        raise SubjectReserved(f"nothing but the relay publishes to {tokens[0]}.>", field="to")


async def _is_kept(jetstream: js.JetStreamContext, to: str) -> bool:
    try:
        await jetstream.find_stream_name_by_subject(to)
    except js_errors.NotFoundError:
        return False
    return True
