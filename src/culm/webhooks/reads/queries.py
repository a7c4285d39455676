"""The queries of webhooks beside those of the Book, and what runs them."""

from __future__ import annotations

from typing import Final, TypeAlias

from culm.kernel import database, ids, sql

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

QUERIES: Final = sql.load_queries("culm.webhooks", "reads.sql")


def number(public_id: str, prefix: str, partition: int) -> int:
    """The number behind an id of this partition; -1, which nothing has, for any other text."""
    if not ids.is_id(prefix, public_id) or ids.partition_of(public_id) != partition:
        return -1
    return ids.number_of(public_id)
