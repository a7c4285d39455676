"""Wrapped keys: written once, read, deleted for ever."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from culm.security import providers
from culm.security.reads import queries


class Row(NamedTuple):
    """A wrapped key, and whose it is."""

    partition: int
    tenant: str
    subject: str
    wrapped: providers.Wrapped


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


async def one_of_each(db: queries.Database) -> list[Row]:
    """For each key-encryption key in use, one key that it wraps."""
    return [_row(row) for row in await db.fetch(queries.QUERIES["key_of_each_kek"])]


async def under_others(db: queries.Database, *, kek: str, limit: int) -> list[Row]:
    """Keys that another key-encryption key wraps."""
    return [_row(row) for row in await db.fetch(queries.QUERIES["keys_under_others"], kek, limit)]


async def rewrap(
    db: queries.Database, rows: Sequence[Row], wrapped: Sequence[providers.Wrapped]
) -> None:
    """Replace wrapped keys by the same keys wrapped otherwise."""
    await db.execute(
        queries.QUERIES["rewrap_keys"],
        [row.partition for row in rows],
        [row.tenant for row in rows],
        [row.subject for row in rows],
        [row.wrapped.kek for row in rows],
        [one.kek for one in wrapped],
        [one.text for one in wrapped],
    )


async def by_kek(db: queries.Database) -> dict[str, int]:
    """How many keys each key-encryption key wraps."""
    return {row["kek"]: row["keys"] for row in await db.fetch(queries.QUERIES["keys_by_kek"])}


def _row(row: Any) -> Row:
    wrapped = providers.Wrapped(row["kek"], row["wrapped"])
    return Row(row["partition"], row["tenant"], row["subject"], wrapped)
