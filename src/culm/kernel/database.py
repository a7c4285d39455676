"""Connections to PostgreSQL: as the platform's own role, and as a reader who sees one tenant."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol, cast

import asyncpg

from culm.kernel import deadline

ROLE = "culm_platform"
"""What the platform runs as: it can add to the log and the entries, and change neither."""

READER = "culm_reader"
"""What the API reads as: row-level security shows it the rows of the tenant in `culm.tenant`."""

POOL_CONNECTIONS = 6
"""Connections for reads; each Book has up to three of its own beside them."""

COMMAND_TIMEOUT_SECONDS = 60.0

CONNECT_SECONDS = 5.0
"""How long a server may take to accept a connection."""

ACQUIRE_SECONDS = 5.0
"""How long a read waits for a connection when all are in use, before it is told to come later."""

CLOSE_SECONDS = 2.0
"""How long closing connections may take: a database that is there answers at once."""

READ_SECONDS = 30
"""How long one read of a tenant may take: the database gives it up then, whoever waits for it."""

_SETTINGS = {"role": ROLE, "application_name": "culm"}
_READING = {
    "role": READER,
    "application_name": "culm reader",
    "default_transaction_read_only": "on",
    "statement_timeout": f"{READ_SECONDS}s",
}


class Reads(Protocol):
    """Whatever runs one query: a connection, a pool, or a tenant's own `Reader`."""

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """All rows."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """The first row; None where there is none."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first value of the first row; None where there is none."""


async def connect(url: str) -> asyncpg.Connection[Any]:
    """One connection. Raises what asyncpg raises when the server cannot be reached."""
    return await asyncpg.connect(
        url,
        server_settings=_SETTINGS,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
    )


class Pool(asyncpg.Pool):
    """A pool that nobody waits for without end."""

    def acquire(self, *, timeout: float | None = None) -> Any:
        """A connection. Raises `TimeoutError` when none becomes free."""
        free = self._queue  # type: ignore[attr-defined]  # the stubs leave it out
        if timeout is None and free is not None and free.empty():
            timeout = ACQUIRE_SECONDS  # only where one has to wait: a time limit costs a task
        return super().acquire(timeout=timeout)

    async def release(
        self,
        connection: Any,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - as asyncpg has it
    ) -> None:
        """Give a connection back. One that the database does not say is free again is closed: that
        it took too long is no failure of what it was used for, nor takes the place of a
        cancellation."""
        with contextlib.suppress(TimeoutError):
            await super().release(connection, timeout=timeout or CLOSE_SECONDS)


async def pool(url: str) -> asyncpg.Pool[Any]:
    """A pool of connections that see all rows."""
    return await _pool(url, asyncpg.Connection, _SETTINGS)


class Pools(NamedTuple):
    """The connections of a process: those that see all rows, and those that a `Reader` takes."""

    whole: asyncpg.Pool[Any]
    readers: asyncpg.Pool[Any]


@asynccontextmanager
async def pools(url: str) -> AsyncIterator[Pools]:
    """Both pools, until the block ends. Connections are opened when they are needed."""
    opened = Pools(await pool(url), await _pool(url, _Showing, _READING))
    try:
        yield opened
    finally:
        await asyncio.gather(*(_close(one) for one in opened))


async def _close(opened: asyncpg.Pool[Any]) -> None:
    try:
        await deadline.within(CLOSE_SECONDS, opened.close())
    except TimeoutError:
        opened.terminate()


async def _pool(url: str, kind: type[asyncpg.Connection[Any]], settings: dict[str, str]) -> Pool:
    return await Pool(
        url,
        min_size=0,
        max_size=POOL_CONNECTIONS,
        max_queries=50_000,
        loop=None,
        max_inactive_connection_lifetime=300.0,
        connection_class=kind,
        record_class=asyncpg.Record,
        server_settings=settings,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
    )


class Reader:
    """The reads of one tenant: whatever the query says, the database shows only that tenant's rows.

    Raises what asyncpg raises, and `TimeoutError` when no connection becomes free.
    """

    __slots__ = ("_pool", "_tenant")

    def __init__(self, pool: asyncpg.Pool[Any], tenant: str) -> None:
        self._pool = pool
        self._tenant = tenant

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """All rows."""
        connection: Any  # a `_Showing`, behind the pool's proxy
        async with self._pool.acquire() as connection:
            await connection.show(self._tenant)
            return cast(list[Any], await connection.fetch(query, *args))

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """The first row; None where there is none."""
        connection: Any  # a `_Showing`, behind the pool's proxy
        async with self._pool.acquire() as connection:
            await connection.show(self._tenant)
            return await connection.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first value of the first row; None where there is none."""
        connection: Any  # a `_Showing`, behind the pool's proxy
        async with self._pool.acquire() as connection:
            await connection.show(self._tenant)
            return await connection.fetchval(query, *args)


class _Showing(asyncpg.Connection):
    """A reader's connection, which knows whose rows it is shown: it asks for another tenant's only
    where that changes, and has nothing else that would have to be reset after a read."""

    __slots__ = ("_shown",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown: str | None = None

    async def show(self, tenant: str) -> None:
        """Be shown the rows of a tenant from now on."""
        if self._shown != tenant:
            self._shown = None  # whoever is interrupted here knows nothing
            await self.fetchval("select set_config('culm.tenant', $1, false)", tenant)
            self._shown = tenant

    def get_reset_query(self) -> str:
        """What a pool runs after each use: nothing."""
        return ""
