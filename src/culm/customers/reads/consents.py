"""Consents of a customer."""

from __future__ import annotations

from culm.customers import tables, views
from culm.customers.reads import customers, queries
from culm.kernel import pages


async def consents(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    customer: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Consent]:
    """A customer's consents, withdrawn ones too, by purpose. Raises `CustomerNotFound`."""
    pages.check_limit(limit)
    found = await customers.find(db, partition=partition, tenant=tenant, customer=customer)
    question = ("consents", found.id)
    after = "" if cursor is None else pages.key_of(cursor, question, pages.Code)
    query = queries.QUERIES["consents"]
    rows = await db.fetch(query, partition, tenant, found.number, after, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["purpose"],
        item=lambda row: views.consent(tables.read_consent(row)[1]),
    )
