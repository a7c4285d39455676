"""An account's entries, in the order in which they were recorded."""

from __future__ import annotations

from typing import Any

from culm.kernel import ids, pages
from culm.ledger import types, views
from culm.ledger.reads import find


async def entries(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    account: str,
    newest_first: bool = True,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> views.Page[views.Entry]:
    """An account's entries, with what changed only its held balances among them."""
    pages.check_limit(limit)
    found = await find.account(db, partition=partition, tenant=tenant, reference=account)
    query, place = ("entries_before", pages.NEWEST) if newest_first else ("entries_after", 0)
    question = (query, tenant, found.number)
    if cursor is not None:
        place = pages.key_of(cursor, question, pages.Number)
    rows = await db.fetch(find.QUERIES[query], partition, found.number, place, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["version"],
        item=lambda row: _entry(row, found, partition),
    )


def _entry(row: Any, account: types.Account, partition: int) -> views.Entry:
    amount, posted, held_out = (int(row[name]) for name in ("amount", "posted", "held_out"))
    return views.Entry(
        version=row["version"],
        event=row["event"],
        transaction=ids.format_id("txn", partition, row["event"]) if amount else None,
        amount=str(account.sign * amount),
        posted=str(posted),
        held_in=str(int(row["held_in"])),
        held_out=str(held_out),
        available=str(posted - held_out),
        effective=row["effective"],
        recorded=row["recorded"],
    )
