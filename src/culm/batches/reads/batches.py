"""Batches and their entries."""

from __future__ import annotations

from typing import Any, Literal

from culm.batches import rejections, tables, types, views
from culm.batches.reads import queries
from culm.kernel import ids, pages
from culm.payments import types as payments

Verdict = Literal["accepted", "refused"]


async def find(db: queries.Database, *, partition: int, tenant: str, batch: str) -> types.Batch:
    """One of the tenant's batches. Raises `BatchNotFound`."""
    number = queries.number(batch, types.PREFIX, partition)
    row = await db.fetchrow(queries.QUERIES["batch"], partition, tenant, number)
    if row is None:
        raise rejections.BatchNotFound("batch")
    return tables.read_batch(row)[1]


async def batches(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    state: types.State | None = None,
    source: str | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Batch]:
    """The tenant's batches, newest first: in a state, of a wallet, where given."""
    pages.check_limit(limit)
    question = ("batches", tenant, state, source)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    query = queries.QUERIES["batches"]
    rows = await db.fetch(query, partition, tenant, before, state, source, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["id"],
        item=lambda row: views.batch(tables.read_batch(row)[1]),
    )


async def entries(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    batch: str,
    verdict: Verdict | None = None,
    state: payments.State | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.BatchEntry]:
    """The entries of a batch in the order of its lines: those that were accepted or refused, or
    whose payments are in a state, where given. Raises `BatchNotFound`."""
    pages.check_limit(limit)
    found = await find(db, partition=partition, tenant=tenant, batch=batch)
    question = ("batch_entries", tenant, batch, verdict, state)
    after = -1 if cursor is None else pages.key_of(cursor, question, pages.Number)
    refused = None if verdict is None else verdict == "refused"
    query, place = queries.QUERIES["entries"], (partition, tenant, found.number, after)
    rows = await db.fetch(query, *place, refused, state, limit + 1)
    return pages.page(
        rows, limit=limit, question=question, key=lambda row: row["line"], item=_entry
    )


def _entry(row: Any) -> views.BatchEntry:
    paid = row["payment"] is not None
    return views.BatchEntry(
        line=row["line"],
        amount=str(row["amount"]),
        payment=ids.from_number(payments.PREFIX, row["payment"]) if paid else None,
        state=row["state"],
        failure=row["failure"] or None,
        code=row["code"] or None,
        field=row["field"] or None,
    )
