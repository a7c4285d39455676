"""The relay: what is in the log of a partition is published to its stream, in order.

The stream says how far that is, and refuses what does not come next. So a relay that was killed,
cut off, or overtaken by another goes on where the stream ends: nothing is lost, doubled or out of
order, whatever was under way. It never holds up the Book: what cannot be published waits in the
log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import structlog
from nats import errors as nats_errors
from nats import js
from nats.aio import client as client_
from nats.js import errors as js_errors

from culm.book import event as event_
from culm.facts import acks, cloudevent, queries, stream, subject
from culm.facts import bell as bell_
from culm.facts import bus as bus_

log = structlog.get_logger(__name__)

READ_EVENTS: Final = 1_000
"""Events that are read at once."""

WINDOW: Final = 4_000
"""Events that may be on their way to NATS before it has acknowledged the first of them."""

YIELD_EVENTS: Final = 32
"""So often the others in this process get their turn, when there is much to publish."""

ASK_EVENTS: Final = 256
"""So often an acknowledgement is asked for. One stands for all that was sent before: what follows
upon a message that NATS has not taken is refused."""

GATHER_SECONDS: Final = 0.0005
MOST_GATHER_SECONDS: Final = 0.02
"""How long more is left to gather, for each event that was just read, and at most: when much comes
in, many are read at the cost of few; when little does, nothing waits."""

QUIET_SECONDS: Final = 1.0
"""How often an idle relay looks at the log unasked: a process may die before it rings."""

SETTLE_SECONDS: Final = 0.02
"""How long acknowledgements are waited for before the log is looked at again."""

NOTE_SECONDS: Final = 0.5
"""How often at most it is noted how far the log is published."""

RETRY_SECONDS: Final = 0.2

PERSON_SECONDS: Final = 10.0
"""How soon it looks again where only somebody can help, and says so again."""

_TROUBLE: Final = (
    OSError,
    TimeoutError,
    nats_errors.Error,
    js_errors.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    acks.Refused,
)


class Diverged(Exception):
    """The stream holds what the log does not: one of them was restored from a backup."""


class Relay:
    """Publishes one partition's log. `published` is how many of its events the stream has."""

    def __init__(
        self,
        partition: int,
        *,
        bus: bus_.Bus,
        db: asyncpg.Pool[Any],
        bell: bell_.Bell,
        origin: str,
        layout: stream.Layout,
    ) -> None:
        self.partition = partition
        self.published = 0
        self._bus = bus
        self._db = db
        self._bell = bell
        self._origin = origin
        self._layout = layout
        self._noted = (-1, -NOTE_SECONDS)

    async def run(self) -> None:
        """Publish until cancelled. Trouble with NATS or the database is waited out."""
        while True:
            client = await self._bus.client()
            try:
                await self._publish(client)
            except _TROUBLE as error:
                log.warning("the relay begins again", partition=self.partition, error=repr(error))
            except Diverged as error:
                log.error("the relay cannot go on", partition=self.partition, error=str(error))
                await asyncio.sleep(PERSON_SECONDS)
            await asyncio.sleep(RETRY_SECONDS)

    async def _publish(self, client: client_.Client) -> None:
        async with acks.window(client, WINDOW) as window:
            position = window.acked = window.sent = await self._place(client.jetstream())
            while True:
                heard = self._bell.rung
                rows = await self._read(position)
                for row in rows:
                    asked = row is rows[-1] or row.position % ASK_EVENTS == 0
                    await self._send(client, window, row, asked=asked)
                    if row.position % YIELD_EVENTS == 0:
                        await asyncio.sleep(0)
                position += len(rows)
                if not rows:
                    await window.settle(SETTLE_SECONDS)
                window.check()
                self.published = window.acked
                noted = await self._note()
                if not rows and not window.outstanding:
                    await self._bell.wait(heard, QUIET_SECONDS if noted else NOTE_SECONDS)
                elif len(rows) < READ_EVENTS:
                    await asyncio.sleep(min(MOST_GATHER_SECONDS, len(rows) * GATHER_SECONDS))

    async def _place(self, jetstream: js.JetStreamContext) -> int:
        """How many of the log's events the stream has."""
        info = await stream.ensure(jetstream, self._layout, self.partition)
        published = info.state.last_seq
        if published:
            await self._check(jetstream, published, kept=bool(info.state.messages))
        return published

    async def _check(self, jetstream: js.JetStreamContext, published: int, *, kept: bool) -> None:
        """Make sure that the stream's newest message is the log's event at that position."""
        rows = await self._read(published - 1, limit=1)
        if not rows:
            size = await self._db.fetchval(queries.QUERIES["size"], self.partition)
            raise Diverged(f"the stream has {published} events, and the log {size}")
        if kept:
            name = stream.name_of(self.partition)
            found = cloudevent.decode((await jetstream.get_msg(name, published)).data or b"")
            if found.time != self._cloud_event(rows[0]).time:
                raise Diverged(
                    f"event {published - 1} is another one in the stream than in the log"
                )

    async def _read(self, position: int, limit: int = READ_EVENTS) -> Sequence[event_.LogRow]:
        query = queries.QUERIES["facts_from"]
        records = await self._db.fetch(query, self.partition, position, limit)
        return [event_.LogRow(*record) for record in records]

    def _cloud_event(self, row: event_.LogRow, *, inline: bool = True) -> cloudevent.CloudEvent:
        return cloudevent.of(row, self._origin, inline=inline)

    async def _send(
        self, client: client_.Client, window: acks.Window, row: event_.LogRow, *, asked: bool
    ) -> None:
        body = cloudevent.encode(self._cloud_event(row))
        if len(body) > client.max_payload - stream.HEADER_BYTES:
            body = cloudevent.encode(self._cloud_event(row, inline=False))
        entry = self._layout.entry(self.partition, subject.of(row.tenant, row.type))
        headers = {
            "Nats-Msg-Id": f"{row.partition}-{row.position}",
            "Nats-Expected-Last-Sequence": str(row.position),
        }
        await window.send(client.publish, entry, body, headers, asked=asked)

    async def _note(self) -> bool:
        """Note how far it is published, now and then; whether that is noted."""
        count, at = self._noted
        now = asyncio.get_running_loop().time()
        if self.published != count and now - at > NOTE_SECONDS:
            query = queries.QUERIES["set_published"]
            await self._db.execute(query, self.partition, self.published)
            count, _ = self._noted = (self.published, now)
        return self.published == count
