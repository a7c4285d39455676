"""One state of the database for as many reads as it takes, whatever is committed meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from culm.book import stream

Database: TypeAlias = "asyncpg.Pool[Any] | stream.Connection"


@asynccontextmanager
async def snapshot(db: Database) -> AsyncIterator[stream.Connection]:
    """A connection whose reads all see the database as it was at the first of them."""
    async with AsyncExitStack() as stack:
        connection: stream.Connection
        if isinstance(db, asyncpg.Pool):
            connection = await stack.enter_async_context(db.acquire())
        else:
            connection = db
        reading = connection.transaction(isolation="repeatable_read", readonly=True)
        await stack.enter_async_context(reading)
        yield connection
