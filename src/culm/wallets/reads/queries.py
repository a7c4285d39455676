"""The queries of wallets beside those of the Book, and what runs them."""

from __future__ import annotations

from typing import Final, TypeAlias

from culm.kernel import database, ids, sql
from culm.wallets import types

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

QUERIES: Final = sql.load_queries("culm.wallets", "reads.sql")


def number(wallet_id: str, partition: int) -> int:
    """The number behind a wallet's id of this partition; -1, which nothing has, for other text."""
    if not ids.is_id(types.PREFIX, wallet_id) or ids.partition_of(wallet_id) != partition:
        return -1
    return ids.number_of(wallet_id)
