"""Fee schedules: what payments cost."""

from __future__ import annotations

from typing import Final

from litestar import get, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from culm.gateway import bodies as bodies_
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.payments import commands, rejections, views
from culm.payments.reads import after as reads
from culm.payments.routes import refusals


@post(
    "/fee_schedules",
    **operation(
        "create_fee_schedule",
        *refusals.CREATE_SCHEDULE,
        example={
            "name": "shops, 1.5 % and 25 cents",
            "currency": "USD",
            "tiers": [{"fixed": 25, "basis_points": 150}],
            "minimum": 50,
            "bearer": "payee",
            "kinds": ["purchase"],
        },
    ),
)
async def create_fee_schedule(
    data: JSONBody[commands.CreateFeeSchedule], request: request_.Request
) -> views.FeeSchedule:
    """Say what payments cost in a currency, and be the standing price of some kinds."""
    return await request.submit(data, views.FeeSchedule)


@get("/fee_schedules", **operation("list_fee_schedules"))
async def list_fee_schedules(
    request: request_.Request,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.FeeSchedule]:
    """The tenant's fee schedules, newest first, retired ones too."""
    return await reads.fee_schedules(request.db, **request.books, cursor=cursor, limit=limit)


@get(
    "/fee_schedules/{schedule:str}",
    **operation("get_fee_schedule", rejections.FeeScheduleNotFound),
)
async def get_fee_schedule(schedule: FromPath[str], request: request_.Request) -> views.FeeSchedule:
    """One fee schedule."""
    return await reads.fee_schedule(request.db, **request.books, schedule=schedule)


@post(
    "/fee_schedules/{schedule:str}/retire",
    status_code=200,
    **operation("retire_fee_schedule", rejections.FeeScheduleNotFound),
)
async def retire_fee_schedule(
    schedule: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.FeeSchedule:
    """Price no payment by this schedule any more."""
    return await request.submit(commands.RetireFeeSchedule(schedule=schedule), views.FeeSchedule)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_fee_schedule,
    list_fee_schedules,
    get_fee_schedule,
    retire_fee_schedule,
]
