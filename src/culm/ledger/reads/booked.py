"""Transactions, from the events that booked them."""

from __future__ import annotations

from typing import Any, cast

from culm.kernel import ids, pages
from culm.ledger import checks, context, events, rejections, views
from culm.ledger.reads import find


async def transaction(
    db: find.Database, *, partition: int, tenant: str, transaction: str
) -> views.Transaction:
    """One of the tenant's transactions. Raises `TransactionNotFound`."""
    await find.tenant(db, partition=partition, tenant=tenant)
    number = find.number(transaction, "txn", partition)
    if number < 0:
        raise rejections.TransactionNotFound("transaction")
    position = ids.position_of(transaction)
    row = await db.fetchrow(find.QUERIES["transaction"], partition, tenant, position)
    if row is None:
        raise rejections.TransactionNotFound("transaction")
    return _transaction(row)


async def transactions(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    reference: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> views.Page[views.Transaction]:
    """The tenant's transactions that were given this reference, newest first.

    Raises `ReferenceInvalid` for what cannot be one.
    """
    pages.check_limit(limit)
    checks.reference(reference)
    question = ("transactions", tenant, reference)
    before = pages.NEWEST
    if cursor is not None:
        before = pages.key_of(cursor, question, pages.Number)
    await find.tenant(db, partition=partition, tenant=tenant)
    rows = await db.fetch(
        find.QUERIES["transactions"], partition, tenant, reference, before, limit + 1
    )
    return pages.page(
        rows, limit=limit, question=question, key=lambda row: row["position"], item=_transaction
    )


async def bookings(
    db: find.Database, *, partition: int, positions: set[int]
) -> dict[int, events.TransactionPosted]:
    """The events at these positions of the log that booked transactions."""
    rows = await db.fetch(find.QUERIES["bookings"], partition, sorted(positions))
    return {row["position"]: decode(row["version"], row["body"]) for row in rows}


def decode(version: int, body: str) -> events.TransactionPosted:
    """A booking from the body of its event, whichever version that has."""
    event = context.LEDGER.versions.decode(events.TransactionPosted.TYPE, version, body)
    return cast(events.TransactionPosted, event)


def _transaction(row: Any) -> views.Transaction:
    return views.transaction(decode(row["version"], row["body"]), row["time"])
