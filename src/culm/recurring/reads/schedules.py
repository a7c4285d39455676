"""Schedules and their runs: one, and many."""

from __future__ import annotations

from typing import Any

from culm.kernel import pages
from culm.recurring import rejections, tables, types, views
from culm.recurring.reads import queries


async def schedule(
    db: queries.Database, *, partition: int, tenant: str, schedule: str
) -> views.PaymentSchedule:
    """One of the tenant's schedules. Raises `ScheduleNotFound`."""
    return views.schedule(await _schedule_of(db, partition, tenant, schedule))


async def _schedule_of(
    db: queries.Database, partition: int, tenant: str, schedule: str
) -> types.Schedule:
    number = queries.number(schedule, types.PREFIX, partition)
    row = await db.fetchrow(queries.QUERIES["schedule"], partition, tenant, number)
    if row is None:
        raise rejections.ScheduleNotFound("payment_schedule")
    return tables.read_schedule(row)[1]


async def schedules(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    state: types.State | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.PaymentSchedule]:
    """The tenant's schedules, newest first."""
    return await queries.listed(
        db,
        "schedules",
        partition=partition,
        tenant=tenant,
        state=state,
        cursor=cursor,
        limit=limit,
        item=_schedule,
    )


async def run(db: queries.Database, *, partition: int, tenant: str, run: str) -> views.ScheduleRun:
    """One of the tenant's runs. Raises `RunNotFound`."""
    number = queries.number(run, types.RUN, partition)
    row = await db.fetchrow(queries.QUERIES["run"], partition, tenant, number)
    if row is None:
        raise rejections.RunNotFound("run")
    return _run(row)


async def runs(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    schedule: str,
    state: types.RunState | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.ScheduleRun]:
    """The runs of one of the tenant's schedules, newest first. Raises `ScheduleNotFound`."""
    found = (await _schedule_of(db, partition, tenant, schedule)).number
    return await queries.listed(
        db,
        "runs",
        partition=partition,
        tenant=tenant,
        state=state,
        more=(found,),
        cursor=cursor,
        limit=limit,
        item=_run,
    )


def _schedule(row: Any) -> views.PaymentSchedule:
    return views.schedule(tables.read_schedule(row)[1])


def _run(row: Any) -> views.ScheduleRun:
    return views.run(tables.read_run(row)[1])
