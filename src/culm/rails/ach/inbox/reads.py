"""What those who take in the bank's files read."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from culm.book import stream
from culm.kernel import ids, sql
from culm.rails.ach.transfers import types

if TYPE_CHECKING:
    import asyncpg

Database: TypeAlias = "asyncpg.Pool[Any] | stream.Connection"

QUERIES: Final = sql.load_queries("culm.rails.ach.inbox", "reads.sql")


class Sent(NamedTuple):
    """A transfer, and whose key its payee is sealed with."""

    transfer: str
    subject: str


async def correspondents(db: Database, *, partition: int) -> list[tuple[str, bool]]:
    """Tenants to whom a bank may have something to say; True for a bank of the sandbox."""
    rows = await db.fetch(QUERIES["correspondents"], partition)
    return [(row["tenant"], row["sandbox"]) for row in rows]


async def is_taken(db: Database, *, partition: int, tenant: str, sha256: str) -> bool:
    """Whether a file with this content was taken in."""
    return bool(await db.fetchval(QUERIES["is_taken"], partition, tenant, sha256))


async def sent(
    db: Database, *, partition: int, tenant: str, traces: Collection[str]
) -> dict[str, Sent]:
    """The transfers behind trace numbers."""
    rows = await db.fetch(QUERIES["sealed_with"], partition, tenant, list(traces))
    return {
        row["trace"]: Sent(ids.from_number(types.PREFIX, row["id"]), row["subject"]) for row in rows
    }
