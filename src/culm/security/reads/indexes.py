"""Blind indexes: each belongs to one sealed text of a subject, and goes with it."""

from __future__ import annotations

from collections.abc import Mapping

from culm.security.reads import queries


async def insert(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    subject: str,
    seal: str,
    digests: Mapping[str, str],
) -> None:
    """Keep the index of each field of a sealed text."""
    query = queries.QUERIES["insert_indexes"]
    fields, values = list(digests), list(digests.values())
    await db.execute(query, partition, tenant, subject, seal, fields, values)


async def delete(
    db: queries.Database, *, partition: int, tenant: str, subject: str, seal: str
) -> None:
    """Delete the indexes of a sealed text."""
    await db.execute(queries.QUERIES["delete_indexes"], partition, tenant, subject, seal)
