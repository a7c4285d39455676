"""Customers, as rows: what is known of them is sealed here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from culm.customers import rejections, tables, transitions, types, views
from culm.customers.reads import queries
from culm.kernel import pages


async def find(
    db: queries.Database, *, partition: int, tenant: str, customer: str
) -> types.Customer:
    """One of the tenant's customers. Raises `CustomerNotFound`."""
    number = queries.number(customer, partition)
    row = await db.fetchrow(queries.QUERIES["customer"], partition, tenant, number)
    if row is None:
        raise transitions.refusal(rejections.CustomerNotFound)
    return tables.read_customer(row)[1]


async def some(
    db: queries.Database, *, partition: int, tenant: str, customers: Collection[str]
) -> list[types.Customer]:
    """Those of the tenant's customers that have one of these ids."""
    numbers = [queries.number(customer, partition) for customer in customers]
    rows = await db.fetch(queries.QUERIES["customers_by_id"], partition, tenant, numbers)
    return [tables.read_customer(row)[1] for row in rows]


async def in_brief(
    db: queries.Database, *, partition: int, tenant: str, ids: Collection[str]
) -> dict[str, views.CustomerInBrief]:
    """The same without what is known of them, by id."""
    found = await some(db, partition=partition, tenant=tenant, customers=ids)
    return {row.id: views.brief(row) for row in found}


async def customers(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    state: types.State | None = None,
    kind: types.Kind | None = None,
    tier: str | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[types.Customer]:
    """The tenant's customers, newest first."""
    pages.check_limit(limit)
    question = ("customers", tenant, state, kind, tier)
    before = _before(cursor, question)
    query = queries.QUERIES["customers"]
    rows = await db.fetch(query, partition, tenant, before, state, kind, tier, limit + 1)
    return _page(rows, limit, question)


async def with_value(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    field: str,
    digest: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[types.Customer]:
    """The tenant's customers of whom a value is known, by its blind index, newest first."""
    pages.check_limit(limit)
    question = ("customers by index", tenant, field, digest)
    before = _before(cursor, question)
    query = queries.QUERIES["customers_by_index"]
    rows = await db.fetch(query, partition, tenant, field, digest, before, limit + 1)
    return _page(rows, limit, question)


def _before(cursor: str | None, question: Sequence[Any]) -> int:
    if cursor is None:
        return pages.NEWEST
    before: int = pages.key_of(cursor, question, pages.Number)
    return before


def _page(rows: Sequence[Any], limit: int, question: Sequence[Any]) -> pages.Page[types.Customer]:
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["id"],
        item=lambda row: tables.read_customer(row)[1],
    )
