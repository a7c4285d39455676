"""What is in the log and not published yet, and for how long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from culm.facts import queries


class Backlog(msgspec.Struct, frozen=True):
    """How far a partition's facts have gone out.

    `size` events are in the log; `published` of them are known to be in the stream (noted every
    half second); `age_seconds` is how long the oldest of the others has waited.
    """

    partition: int
    size: int
    published: int
    waiting: int
    age_seconds: float


async def read(db: asyncpg.Pool[Any], now: datetime) -> list[Backlog]:
    """The backlog of every partition, whichever process publishes it."""
    return [_backlog(record, now) for record in await db.fetch(queries.QUERIES["backlog"])]


def _backlog(record: Any, now: datetime) -> Backlog:
    oldest: datetime | None = record["oldest"]
    size, published = record["size"], record["published"]
    age = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    return Backlog(record["partition"], size, published, max(0, size - published), round(age, 3))
