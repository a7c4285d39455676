"""Endpoints, and what is on its way to them."""

from __future__ import annotations

from culm.kernel import pages
from culm.webhooks import rejections, tables, types, views
from culm.webhooks.reads import queries


async def find(
    db: queries.Database, *, partition: int, tenant: str, endpoint: str
) -> types.Endpoint:
    """One of the tenant's endpoints. Raises `EndpointNotFound`."""
    found = await by_id(db, partition=partition, endpoint=endpoint)
    if found is None or found.tenant != tenant or found.state == "deleted":
        raise rejections.EndpointNotFound("There is no such endpoint.", field="endpoint")
    return found


async def by_id(db: queries.Database, *, partition: int, endpoint: str) -> types.Endpoint | None:
    """An endpoint of whomever, deleted ones too."""
    number = queries.number(endpoint, types.PREFIX, partition)
    row = await db.fetchrow(queries.QUERIES["endpoint"], partition, number)
    return None if row is None else tables.read_endpoint(row)[1]


async def endpoints(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Endpoint]:
    """The tenant's endpoints, newest first."""
    pages.check_limit(limit)
    question = ("webhook endpoints", tenant)
    before = pages.NEWEST
    if cursor is not None:
        before = pages.key_of(cursor, question, pages.Number)
    query = queries.QUERIES["endpoints"]
    rows = await db.fetch(query, partition, tenant, before, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["id"],
        item=lambda row: views.endpoint(tables.read_endpoint(row)[1]),
    )


async def enabled(db: queries.Database) -> list[types.Endpoint]:
    """Every endpoint of the platform that is enabled."""
    rows = await db.fetch(queries.QUERIES["enabled"])
    return [tables.read_endpoint(row)[1] for row in rows]


async def deliveries(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    endpoint: str,
    state: types.DeliveryState | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.WebhookDelivery]:
    """The deliveries of an endpoint that failed at least once, or were asked for again, those of
    the newest events first. Raises `EndpointNotFound`."""
    pages.check_limit(limit)
    found = await find(db, partition=partition, tenant=tenant, endpoint=endpoint)
    question = ("webhook deliveries", found.id, state)
    before = pages.NEWEST
    if cursor is not None:
        before = pages.key_of(cursor, question, pages.Number)
    query = queries.QUERIES["deliveries"]
    rows = await db.fetch(query, partition, found.number, before, state, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["event"],
        item=lambda row: views.delivery(tables.read_delivery(row)[1]),
    )
