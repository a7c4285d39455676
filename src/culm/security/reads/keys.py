"""Wrapped keys: written once, read, deleted for ever."""

from __future__ import annotations

from collections.abc import Collection

from culm.security import providers
from culm.security.reads import queries


async def insert(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    subject: str,
    hint: str,
    wrapped: providers.Wrapped,
) -> None:
    """Keep a subject's key; one that is there stays."""
    query = queries.QUERIES["insert_key"]
    await db.execute(query, partition, tenant, subject, hint, wrapped.kek, wrapped.text)


async def load(
    db: queries.Database, *, partition: int, tenant: str, subjects: Collection[str]
) -> dict[str, providers.Wrapped]:
    """The keys of these subjects that are there."""
    rows = await db.fetch(queries.QUERIES["load_keys"], partition, tenant, list(subjects))
    return {row["subject"]: providers.Wrapped(row["kek"], row["wrapped"]) for row in rows}


async def delete(db: queries.Database, *, partition: int, tenant: str, subject: str) -> None:
    """Delete a subject's key, and the indexes of what it seals."""
    await db.execute(queries.QUERIES["delete_key"], partition, tenant, subject)
