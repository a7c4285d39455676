"""The queries of recurring payments beside those of the Book, and what runs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from culm.kernel import database, ids, pages, sql

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

QUERIES: Final = sql.load_queries("culm.recurring", "reads.sql")

T = TypeVar("T")


def number(public_id: str, prefix: str, partition: int) -> int:
    """The number behind an id of this partition; -1, which nothing has, for any other text."""
    if not ids.is_id(prefix, public_id) or ids.partition_of(public_id) != partition:
        return -1
    return ids.number_of(public_id)


async def listed(
    db: Database,
    query: str,
    *,
    partition: int,
    tenant: str,
    state: str | None,
    more: Sequence[Any] = (),
    cursor: str | None,
    limit: int,
    item: Callable[[Any], T],
) -> pages.Page[T]:
    """A page of what a query finds, newest first, in one state or any. Its parameters are the
    partition, the tenant, the id before which the page begins, the state, how many, and more."""
    pages.check_limit(limit)
    question = (query, tenant, state, *more)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    rows = await db.fetch(QUERIES[query], partition, tenant, before, state, limit + 1, *more)
    return pages.page(rows, limit=limit, question=question, key=lambda row: row["id"], item=item)
