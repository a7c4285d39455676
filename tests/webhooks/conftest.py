"""Receivers of every kind, and the few lines that play the queues between the log and them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from culm.book import event as event_
from culm.facts import cloudevent, fact
from culm.kernel import settings
from culm.webhooks import commands, delivering, events, keys, reactors, retries, sender, views
from culm.work import reactor
from tests.conftest import Clock, Ledger

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Means:
    """What reactions have at hand."""

    db: Any
    clock: Clock
    settings: settings.Settings


@dataclass
class Received:
    """One request that a receiver got."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass
class Receiver:
    """A receiver that answers as it is told: with one status after the other, then the last."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    got: list[Received] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        named = {name.lower(): value for name, value in request.headers.items()}
        self.got.append(Received(named, await request.read()))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, text=self.text or None, headers=self.headers)

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.got]


@asynccontextmanager
async def receiving(**given: Any) -> AsyncIterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver(**given)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        receiver.url = f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        try:
            yield receiver
        finally:
            await runner.cleanup()


@asynccontextmanager
async def answering(handler: Handler, **more: Any) -> AsyncIterator[int]:
    """A server that does with its connections whatever it likes; its port."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            try:
                await handler(reader, writer)
            finally:
                writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.ensure_future(serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, **more)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.sleep(0)


class World:
    """A Book with webhooks, and what carries facts from its log to the endpoints' reactors."""

    def __init__(self, ledger: Ledger, post: delivering.Post) -> None:
        self.ledger = ledger
        self.clock = ledger.clock
        self.post = post
        self.means = Means(ledger.db, ledger.clock, settings.Settings())
        self.place = 0

    async def submit(self, command: msgspec.Struct, **origin: Any) -> Any:
        origin = {"tenant": "acme", **origin}
        return await self.ledger.book.submit(command, **origin)

    async def endpoint(self, url: str, **more: Any) -> views.Endpoint:
        made: views.Endpoint = await self.submit(commands.CreateEndpoint(url=url, **more))
        return made

    async def happen(self, count: int = 1) -> list[str]:
        """Let something happen in the ledger; the ids of the facts."""
        from culm.ledger import commands as ledger  # noqa: PLC0415

        before = await self.size()
        for number in range(count):
            code = f"AS{before}N{number}"
            await self.submit(ledger.RegisterAsset(code=code, scale=0, name="Asset"))
        return [cloudevent.id_of(0, before + number) for number in range(count)]

    async def size(self) -> int:
        found: int = await self.ledger.db.fetchval("select count(*) from book_log")
        return found

    async def facts(self, start: int) -> list[fact.Fact[Any]]:
        rows = await self.ledger.db.fetch(
            """select partition, position, time, type, version, tenant, actor, correlation,
            causation, body from book_log where position >= $1 order by position""",
            start,
        )
        return [self.as_fact(event_.LogRow(*row)) for row in rows]

    def as_fact(self, row: event_.LogRow) -> fact.Fact[Any]:
        return fact.Fact(
            id=cloudevent.id_of(row.partition, row.position),
            event=self.ledger.catalog.decode(row.type, row.version, row.body),
            tenant=row.tenant,
            time=row.time,
            actor=row.actor,
            correlation=row.correlation,
            causation=row.causation,
            partition=row.partition,
            position=row.position,
        )

    async def reactors(self) -> list[reactor.Reactor]:
        return await reactors.current(self.ledger.db, self.ledger.catalog, self.post)

    async def deliver(self) -> None:
        """Carry facts until there are no new ones."""
        while new := await self.facts(self.place):
            known = await self.reactors()
            for one in new:
                for each in known:
                    await self.react(each, one)
            self.place = new[-1].position + 1

    async def react(self, each: reactor.Reactor, one: fact.Fact[Any]) -> None:
        """What the runner of reactors does with one fact, without its faults."""
        begins = each.begins if isinstance(each.begins, int) else 0
        hears = not each.on or type(one.event) in each.on
        if one.tenant != each.tenant or one.position < begins or not hears:
            return
        follows = await each.react(one, self.means)
        if follows is not None:
            assert isinstance(follows, msgspec.Struct)
            key = f"{each.name}:{one.id}"
            await self.submit(follows, tenant=one.tenant, key=key, causation=one.id)

    async def wait(self, **delta: float) -> int:
        """Let time pass; make due what is due, and deliver it."""
        now = self.clock.advance(**delta)
        fired = await retries.fire_due(self.ledger.db, self.submit, partition=0, now=now)
        await self.deliver()
        return fired

    async def recorded(self, kind: type[event_.Event]) -> list[Any]:
        return [f.event for f in await self.facts(0) if type(f.event) is kind]

    async def attempts(self) -> list[tuple[int, int | None, str]]:
        rows = await self.ledger.db.fetch(
            "select attempt, status, failure from webhook_attempt order by time, attempt"
        )
        return [tuple(row) for row in rows]

    async def find(self, endpoint: str) -> Any:
        return await self.ledger.db.fetchrow(
            "select * from webhook_endpoint where id = $1", int(endpoint[4:], 16)
        )

    async def disabled(self) -> list[tuple[str, str]]:
        found = await self.recorded(events.EndpointDisabled)
        return [(event.id, event.reason) for event in found]


@pytest.fixture
async def world(ledger: Ledger, tmp_path: Path) -> AsyncIterator[World]:
    """A tenant, acme, whose endpoints may be anywhere."""
    from culm.ledger import commands as ledger_commands  # noqa: PLC0415

    post = delivering.Post(sender.Sender("any", total_seconds=5), keys.Keys(tmp_path / "keys"))
    async with post.sender:
        opened = World(ledger, post)
        await opened.submit(ledger_commands.CreateTenant(name="Acme"))
        yield opened


ONE_ROUND = (5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 72_000)
