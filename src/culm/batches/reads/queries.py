"""The queries of batches beside those of the Book, and what runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from culm.kernel import database, ids, sql

if TYPE_CHECKING:
    import asyncpg

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

Whole: TypeAlias = "asyncpg.Pool[Any]"
"""Connections that see, and keep, the contents of batches."""

QUERIES: Final = sql.load_queries("culm.batches", "reads.sql")


def number(public_id: str, prefix: str, partition: int) -> int:
    """The number behind an id of this partition; -1, which nothing has, for any other text."""
    if not ids.is_id(prefix, public_id) or ids.partition_of(public_id) != partition:
        return -1
    return ids.number_of(public_id)
