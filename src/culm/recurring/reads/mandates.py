"""Mandates, and what was collected by them: one, and many."""

from __future__ import annotations

from typing import Any

from culm.kernel import pages
from culm.recurring import rejections, tables, types, views
from culm.recurring.reads import queries


async def mandate(
    db: queries.Database, *, partition: int, tenant: str, mandate: str
) -> views.Mandate:
    """One of the tenant's mandates. Raises `MandateNotFound`."""
    return views.mandate(await _find(db, partition, tenant, mandate))


async def _find(db: queries.Database, partition: int, tenant: str, mandate: str) -> types.Mandate:
    number = queries.number(mandate, types.MANDATE, partition)
    row = await db.fetchrow(queries.QUERIES["mandate"], partition, tenant, number)
    if row is None:
        raise rejections.MandateNotFound("mandate")
    return tables.read_mandate(row)[1]


async def mandates(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    state: types.MandateState | None = None,
    customer: str | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Mandate]:
    """The tenant's mandates, newest first: in one state, and given by one customer, where given."""
    return await queries.listed(
        db,
        "mandates",
        partition=partition,
        tenant=tenant,
        state=state,
        more=(customer,),
        cursor=cursor,
        limit=limit,
        item=_mandate,
    )


async def collections(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    mandate: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Collection]:
    """What was collected by one of the tenant's mandates, newest first. Raises
    `MandateNotFound`."""
    pages.check_limit(limit)
    found = await _find(db, partition, tenant, mandate)
    question = ("collections", tenant, mandate)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    rows = await db.fetch(
        queries.QUERIES["collections"], partition, tenant, before, limit + 1, found.number
    )
    return pages.page(
        rows, limit=limit, question=question, key=lambda row: row["id"], item=_collection
    )


def _mandate(row: Any) -> views.Mandate:
    return views.mandate(tables.read_mandate(row)[1])


def _collection(row: Any) -> views.Collection:
    return views.collection(tables.read_collection(row)[1])
