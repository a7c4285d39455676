"""The queries of bank accounts beside those of the Book, and what runs them."""

from __future__ import annotations

from typing import Final, TypeAlias

from culm.bank_accounts import types
from culm.kernel import database, ids, sql

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

QUERIES: Final = sql.load_queries("culm.bank_accounts", "reads.sql")


def number(account_id: str, partition: int) -> int:
    """The number behind an account's id of this partition; -1, which nothing has, for other
    text."""
    if not ids.is_id(types.PREFIX, account_id) or ids.partition_of(account_id) != partition:
        return -1
    return ids.number_of(account_id)
