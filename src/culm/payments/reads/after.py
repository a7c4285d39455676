"""Refunds, disputes and fee schedules: one, and many."""

from __future__ import annotations

from typing import Any

from culm.kernel import pages
from culm.payments import rejections, tables, types, views
from culm.payments.reads import queries


async def refund(db: queries.Database, *, partition: int, tenant: str, refund: str) -> views.Refund:
    """One of the tenant's refunds. Raises `RefundNotFound`."""
    number = queries.number(refund, types.REFUND, partition)
    row = await db.fetchrow(queries.QUERIES["refund"], partition, tenant, number)
    if row is None:
        raise rejections.RefundNotFound("refund")
    return _refund(row)


async def refunds(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    payment: str | None = None,
    state: types.RefundState | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Refund]:
    """The tenant's refunds, newest first: of one payment and in one state, where given."""
    query, more = _of("refunds", payment, partition)
    return await queries.listed(
        db,
        query,
        partition=partition,
        tenant=tenant,
        filters=(state,),
        more=more,
        cursor=cursor,
        limit=limit,
        item=_refund,
    )


async def dispute(
    db: queries.Database, *, partition: int, tenant: str, dispute: str
) -> views.Dispute:
    """One of the tenant's disputes. Raises `DisputeNotFound`."""
    number = queries.number(dispute, types.DISPUTE, partition)
    row = await db.fetchrow(queries.QUERIES["dispute"], partition, tenant, number)
    if row is None:
        raise rejections.DisputeNotFound("dispute")
    return _dispute(row)


async def disputes(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    payment: str | None = None,
    state: types.DisputeState | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Dispute]:
    """The tenant's disputes, newest first: of one payment and in one state, where given."""
    query, more = _of("disputes", payment, partition)
    return await queries.listed(
        db,
        query,
        partition=partition,
        tenant=tenant,
        filters=(state,),
        more=more,
        cursor=cursor,
        limit=limit,
        item=_dispute,
    )


async def fee_schedule(
    db: queries.Database, *, partition: int, tenant: str, schedule: str
) -> views.FeeSchedule:
    """One of the tenant's fee schedules. Raises `FeeScheduleNotFound`."""
    number = queries.number(schedule, types.FEE_SCHEDULE, partition)
    row = await db.fetchrow(queries.QUERIES["schedule"], partition, tenant, number)
    if row is None:
        raise rejections.FeeScheduleNotFound("schedule")
    return _schedule(row)


async def fee_schedules(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.FeeSchedule]:
    """The tenant's fee schedules, newest first, retired ones too."""
    return await queries.listed(
        db,
        "schedules",
        partition=partition,
        tenant=tenant,
        filters=(),
        cursor=cursor,
        limit=limit,
        item=_schedule,
    )


def _of(query: str, payment: str | None, partition: int) -> tuple[str, tuple[int, ...]]:
    if payment is None:
        return query, ()
    return f"{query}_of_payment", (queries.number(payment, types.PREFIX, partition),)


def _refund(row: Any) -> views.Refund:
    return views.refund(tables.read_refund(row)[1])


def _dispute(row: Any) -> views.Dispute:
    return views.dispute(tables.read_dispute(row)[1])


def _schedule(row: Any) -> views.FeeSchedule:
    return views.fee_schedule(tables.read_schedule(row)[1])
