"""The queries of customers beside those of the Book, and what runs them."""

from __future__ import annotations

from typing import Final, TypeAlias

from culm.customers import types
from culm.kernel import database, ids, sql

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

QUERIES: Final = sql.load_queries("culm.customers", "reads.sql")


def number(customer_id: str, partition: int) -> int:
    """The number behind a customer's id of this partition; -1, which nothing has, for any other."""
    if not ids.is_id(types.PREFIX, customer_id) or ids.partition_of(customer_id) != partition:
        return -1
    return ids.number_of(customer_id)
