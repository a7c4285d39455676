"""Connections to PostgreSQL, as the platform's own role."""

from __future__ import annotations

from typing import Any

import asyncpg

ROLE = "culm_platform"
"""What the platform runs as: it can add to the log and the entries, and change neither."""

POOL_CONNECTIONS = 6
"""Connections for reads; each Book has up to three of its own beside them."""

COMMAND_TIMEOUT_SECONDS = 60.0

CONNECT_SECONDS = 5.0
"""How long a server may take to accept a connection."""

ACQUIRE_SECONDS = 5.0
"""How long a read waits for a connection when all are in use, before it is told to come later."""

_SETTINGS = {"role": ROLE, "application_name": "culm"}


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


async def pool(url: str) -> asyncpg.Pool[Any]:
    """A pool of connections for reads."""
    return await Pool(
        url,
        min_size=0,
        max_size=POOL_CONNECTIONS,
        max_queries=50_000,
        loop=None,
        max_inactive_connection_lifetime=300.0,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        server_settings=_SETTINGS,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
    )
