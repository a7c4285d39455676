"""Connections to PostgreSQL, as the platform's own role."""

from __future__ import annotations

from typing import Any

import asyncpg

ROLE = "culm_platform"
"""What the platform runs as: it can add to the log and the entries, and change neither."""

POOL_CONNECTIONS = 6
"""Connections for reads; each Book has up to three of its own beside them."""

COMMAND_TIMEOUT_SECONDS = 60.0

_SETTINGS = {"role": ROLE, "application_name": "culm"}


async def connect(url: str) -> asyncpg.Connection[Any]:
    """One connection. Raises what asyncpg raises when the server cannot be reached."""
    return await asyncpg.connect(
        url, server_settings=_SETTINGS, command_timeout=COMMAND_TIMEOUT_SECONDS
    )


async def pool(url: str) -> asyncpg.Pool[Any]:
    """A pool of connections for reads."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=POOL_CONNECTIONS,
        server_settings=_SETTINGS,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
    )
