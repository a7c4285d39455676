"""From a moment to a place in the log: recorded times only ever grow with the position."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg

from culm.facts import queries


async def position_at(db: asyncpg.Pool[Any], partition: int, moment: datetime) -> int:
    """The position of the first event that was recorded at this moment or later; the size of the
    log where there is none. Found in as many steps as the size has binary digits."""
    low, high = 0, await db.fetchval(queries.QUERIES["size"], partition) or 0
    while low < high:
        middle = (low + high) // 2
        if await db.fetchval(queries.QUERIES["time_at"], partition, middle) < moment:
            low = middle + 1
        else:
            high = middle
    return int(low)
