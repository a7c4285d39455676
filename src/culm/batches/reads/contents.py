"""What came in, sealed, from before it is a batch until it was judged."""

from __future__ import annotations

from datetime import datetime

from culm.batches.reads import queries


async def keep(
    db: queries.Whole, *, partition: int, tenant: str, content: str, sealed: str, now: datetime
) -> None:
    """Keep a content under a new name."""
    query = queries.QUERIES["keep_content"]
    await db.execute(query, partition, tenant, content, sealed, now)


async def load(db: queries.Whole, *, partition: int, tenant: str, content: str) -> str | None:
    """A content, if it is there."""
    found: str | None = await db.fetchval(queries.QUERIES["content"], partition, tenant, content)
    return found


async def delete(db: queries.Whole, *, partition: int, tenant: str, content: str) -> None:
    """Delete a content."""
    await db.execute(queries.QUERIES["delete_content"], partition, tenant, content)
