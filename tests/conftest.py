"""Fixtures: one real PostgreSQL a test run, one fresh database a test, a Book on it."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from culm import app
from culm.book import book, catalog, memory, postgres, store
from culm.kernel import database, embedded, logs, migrations

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Tests that kill PostgreSQL start their own server, durable as in production."""

_numbers = itertools.count(1)

logs.configure()  # its tracebacks show no values, and cost little


class Clock:
    """A clock that stands where a test puts it, and moves a second a look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def advance(self, **delta: float) -> datetime:
        """Move the clock; the new time."""
        self.now += timedelta(**delta)
        return self.now


class Ledger:
    """A Book with the ledger on it, and the ways to look behind it."""

    def __init__(
        self, book_: book.Book, store_: store.Store, clock: Clock, catalog_: catalog.Catalog
    ) -> None:
        self.book = book_
        self.store = store_
        self.clock = clock
        self.catalog = catalog_
        self.partition = book_.partition
        self.db: asyncpg.Pool[Any]
        self.admin: asyncpg.Connection[Any]
        self.url = ""

    async def submit(
        self, command: msgspec.Struct, *, tenant: str = "acme", key: str | None = None
    ) -> Any:
        """Have a command decided, by default for the tenant acme."""
        return await self.book.submit(command, tenant=tenant, key=key)


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.Server]:
    """One embedded PostgreSQL for all tests that do not kill it.

    In a directory of its own: another test run may close pytest's to everybody but its user,
    and as root PostgreSQL runs as somebody else.
    """
    with (
        tempfile.TemporaryDirectory(prefix="culm-tests-") as directory,
        embedded.Server.start(Path(directory), settings=FAST) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def template(server: embedded.Server) -> str:
    """The name of a migrated database to copy."""
    migrations.migrate(server.url_for("postgres", "template_culm"), app.MIGRATIONS)
    return "template_culm"


@pytest.fixture
async def database_url(server: embedded.Server, template: str) -> AsyncIterator[str]:
    """A fresh database of the test's own, with the schema."""
    name = f"test_{next(_numbers)}"
    owner = await asyncpg.connect(server.url_for("postgres", "postgres"))
    await owner.execute(f"create database {name} template {template}")
    yield server.url_for("postgres", name)
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


@asynccontextmanager
async def ledger_on(
    url: str,
    *,
    clock: Clock | None = None,
    limits: book.Limits | None = None,
    partition: int = 0,
    catalog_: catalog.Catalog | None = None,
) -> AsyncIterator[Ledger]:
    """A Book on a database: tests of several processes, or of several releases, open several."""
    clock = clock or Clock()
    catalog_ = catalog_ or app.catalog()
    store_ = postgres.PostgresStore(lambda: database.connect(url), catalog_)
    book_ = book.Book(
        partition=partition, catalog=catalog_, store=store_, clock=clock, limits=limits
    )
    ledger = Ledger(book_, store_, clock, catalog_)
    ledger.url = url
    ledger.db = await database.pool(url)
    ledger.admin = await asyncpg.connect(url)
    await book_.start()
    try:
        yield ledger
    finally:
        await book_.stop()
        await store_.close()
        await ledger.admin.close()
        ledger.db.terminate()


@pytest.fixture
async def ledger(database_url: str) -> AsyncIterator[Ledger]:
    """The ledger on a fresh database."""
    async with ledger_on(database_url) as opened:
        yield opened


@pytest.fixture
async def memory_ledger() -> AsyncIterator[Ledger]:
    """The ledger in memory, for rules that need no database."""
    clock, catalog_, store_ = Clock(), app.catalog(), memory.MemoryStore()
    book_ = book.Book(partition=0, catalog=catalog_, store=store_, clock=clock)
    await book_.start()
    yield Ledger(book_, store_, clock, catalog_)
    await book_.stop()


@pytest.fixture
def payroll() -> Path:
    """The payroll file that the demo submits."""
    samples = Path(app.__file__).parent / "rails" / "ach" / "samples"
    return samples / "PPD-200-batches-100000-entries.ach.gz"
