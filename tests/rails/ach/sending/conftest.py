"""Fixtures: desks in memory and on PostgreSQL, and a look at what they hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from culm.book import book, memory
from tests import conftest
from tests.rails.ach.sending import desk, orders
from tests.rails.ach.sending import world as worlds


@pytest.fixture
async def real_desk(database_url: str) -> AsyncIterator[desk.Desk]:
    """On PostgreSQL."""
    async with conftest.ledger_on(database_url, catalog_=orders.with_orders()) as opened:
        yield await desk.Desk(opened).open(clock=desk.MONDAY)


@asynccontextmanager
async def in_memory() -> AsyncIterator[conftest.Ledger]:
    """A Book in memory."""
    clock, catalog, store = conftest.Clock(), orders.with_orders(), memory.MemoryStore()
    book_ = book.Book(partition=0, catalog=catalog, store=store, clock=clock)
    await book_.start()
    yield conftest.Ledger(book_, store, clock, catalog)
    await book_.stop()


@pytest.fixture
async def small_desk() -> AsyncIterator[desk.Desk]:
    """In memory, for rules that need no database."""
    async with in_memory() as opened:
        yield await desk.Desk(opened).open(clock=desk.MONDAY)


@pytest.fixture
async def real_time() -> AsyncIterator[desk.Desk]:
    """In memory, on the real time, which is where the clock of the test stands."""
    async with in_memory() as opened:
        yield await desk.Desk(opened).open()


@pytest.fixture
async def live_desk() -> AsyncIterator[desk.Desk]:
    """Of a tenant whose money is real."""
    async with in_memory() as opened:
        yield await desk.Desk(opened).open(sandbox=False)


@pytest.fixture(params=["small_desk", "real_desk"], ids=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> desk.Desk:
    """Both."""
    found: desk.Desk = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[worlds.World]:
    """A tenant with a bank."""
    async with worlds.opened(database_url, tmp_path) as opened:
        yield opened
