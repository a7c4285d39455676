"""Reactors on a real NATS and a real PostgreSQL: what a test declares, runs as in production."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import pytest

from culm.book import catalog
from culm.facts import bus, fact, lead
from culm.kernel import database, nats_server, settings
from culm.ledger import commands, events
from culm.work import crew, reactor
from tests.conftest import Ledger, ledger_on
from tests.facts.conftest import client, nats_, relaying, running, until

__all__ = ["client", "nats_"]

QUICK = reactor.Backoff(first_seconds=0.01, most_seconds=0.05)

Asset = fact.Fact[events.AssetRegistered]


class House:
    """What reactors need of a platform, on a test's ledger."""

    def __init__(self, ledger: Ledger, catalog_: catalog.Catalog | None = None) -> None:
        self.ledger = ledger
        self.catalog = catalog_ or ledger.catalog
        self.settings = settings.Settings()

    @property
    def db(self) -> asyncpg.Pool[Any]:
        return self.ledger.db

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def partition_of(self, _tenant: str) -> int:
        return self.ledger.partition

    async def submit(self, command: msgspec.Struct, **origin: Any) -> Any:
        return await self.ledger.book.submit(command, **origin)


class Worker:
    """A process that works: its connections, its leads, its crew."""

    def __init__(self, house: House, bus_: bus.Bus, leads: lead.Leads, crew_: crew.Crew) -> None:
        self.house = house
        self.bus = bus_
        self.leads = leads
        self.crew = crew_
        self.task: asyncio.Task[None]
        self.leading: asyncio.Task[None]
        self.close: Callable[[], Awaitable[None]]

    def done(self) -> int:
        """How many facts it is done with."""
        return sum(numbers.counts.done for numbers in self.crew.numbers())

    async def lose_leads(self) -> None:
        """Lose the line to PostgreSQL that the leads hang on: as sudden as death, for a leader."""
        self.leading.cancel()
        await asyncio.wait({self.leading})

    async def stop(self) -> None:
        """Stop gracefully."""
        self.task.cancel()
        await asyncio.wait({self.task})


@asynccontextmanager
async def working(
    house: House, url: str, *reactors: reactor.Reactor, stop_seconds: float = 5.0
) -> AsyncIterator[Worker]:
    """A process with these reactors, until the block ends; then it stops gracefully."""
    bus_ = bus.Bus(url)
    leads = lead.Leads(lambda: database.connect(house.ledger.url))
    crew_ = crew.Crew(house, bus=bus_, leads=leads, partitions=1, stop_seconds=stop_seconds)
    crew_.set_reactors(reactors)
    worker = Worker(house, bus_, leads, crew_)
    async with running(bus_.run):
        worker.leading = asyncio.create_task(leads.run())
        worker.task = asyncio.create_task(crew_.run())
        try:
            yield worker
        finally:
            await worker.stop()
            await worker.lose_leads()


class Plant:
    """Everything together: a ledger whose facts are published, and the workers on them."""

    def __init__(self, ledger: Ledger, url: str, stack: AsyncExitStack) -> None:
        self.ledger = ledger
        self.url = url
        self._stack = stack

    async def work(
        self,
        *reactors: reactor.Reactor,
        stop_seconds: float = 5.0,
        catalog_: catalog.Catalog | None = None,
    ) -> Worker:
        """One more process with these reactors, on connections of its own."""
        process = await self._stack.enter_async_context(AsyncExitStack())
        own = await process.enter_async_context(ledger_on(self.ledger.url))
        context = working(House(own, catalog_), self.url, *reactors, stop_seconds=stop_seconds)
        worker = await process.enter_async_context(context)
        worker.close = process.aclose
        return worker

    async def register(self, count: int, *, lanes: int = 1, first: int = 0) -> None:
        """Record so many facts at once, in the order of their numbers, dealt out to lanes."""
        numbers = range(first, first + count)
        await asyncio.gather(*(self._register(n, n % lanes) for n in numbers))

    async def _register(self, number: int, lane: int) -> None:
        command = commands.RegisterAsset(code=f"N{number:06}", scale=0, name=f"lane {lane}")
        await self.ledger.submit(command)

    async def effects(self) -> list[tuple[str, str]]:
        """Which facts had an effect, and their lanes, in the order of the log."""
        rows = await self.ledger.db.fetch(
            "select body::json->>'reference' as code, body::json->'metadata'->>'lane' as lane"
            " from book_log where type = 'ledger.transaction_posted' order by position"
        )
        return [(row["code"], row["lane"]) for row in rows]

    async def rows(self, query: str, *args: Any) -> list[dict[str, Any]]:
        """What a query finds."""
        return [dict(row) for row in await self.ledger.db.fetch(query, *args)]

    async def parked(self) -> list[tuple[str, str, str]]:
        """What is parked: fact, code, state, in the order of the facts."""
        rows = await self.rows("select fact, code, state from work_parked order by fact")
        return [(f"evt_{row['fact']:016x}", row["code"], row["state"]) for row in rows]

    async def has_begun(self, name: str) -> bool:
        """Whether a reactor has a place in the log."""
        return bool(await self.rows("select from work_place where reactor = $1", name))

    async def until_effects(self, count: int) -> list[tuple[str, str]]:
        """Wait for so many effects."""

        async def enough() -> bool:
            return len(await self.effects()) >= count

        await until(enough)
        return await self.effects()


@pytest.fixture
async def plant(ledger: Ledger, nats_: nats_server.Server) -> AsyncIterator[Plant]:
    """A tenant with two accounts, its facts published, and no worker yet."""
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in ("assets:one", "assets:two"):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(relaying(ledger, nats_.url))
        yield Plant(ledger, nats_.url, stack)


def effect(of: Asset) -> commands.PostTransaction:
    """A transaction that tells which fact it follows from."""
    postings = (
        commands.Posting("assets:one", "debit", 1),
        commands.Posting("assets:two", "credit", 1),
    )
    return commands.PostTransaction(
        postings=postings, reference=of.event.code, metadata={"lane": of.event.name}
    )


def lane(of: Asset) -> str:
    """The aggregate of a fact."""
    return of.event.name


def declared(
    react: Callable[[Asset, reactor.Means], Awaitable[reactor.Commands]], **more: Any
) -> reactor.Reactor:
    """A reactor to registered assets, from the start, in a hurry."""
    with_defaults: dict[str, Any] = {"name": "copy", "begins": "start", "backoff": QUICK, **more}
    return reactor.Reactor(on=(events.AssetRegistered,), react=react, **with_defaults)


async def copy(of: Asset, _means: reactor.Means) -> commands.PostTransaction:
    """React with one effect."""
    return effect(of)


def by_lane(effects: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The facts that had an effect, in order, by lane."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in effects:
        found[name].append(code)
    return dict(found)


def code(number: int) -> str:
    """The code by which a fact is known."""
    return f"N{number:06}"
