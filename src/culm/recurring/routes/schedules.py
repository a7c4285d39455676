"""Schedules: made, looked at, paused, resumed, skipped and cancelled; and their runs."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import bodies as bodies_
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.payments.routes import behind
from culm.recurring import commands, rejections, types, views
from culm.recurring.reads import schedules as reads
from culm.recurring.routes import refusals

State = Annotated[
    types.State | None, QueryParameter(name="state", description="Only schedules in this state.")
]
RunState = Annotated[
    types.RunState | None, QueryParameter(name="state", description="Only runs in this state.")
]


@post(
    "/payment_schedules",
    **operation(
        "create_payment_schedule",
        *refusals.CREATE,
        example={
            "kind": "transfer",
            "amount": 95_000,
            "currency": "EUR",
            "source": "wal_0000000000000041",
            "destination": "wal_0000000000000052",
            "schedule": {"cron": "0 9 1 * *", "zone": "Europe/Berlin"},
            "adjust": "following",
            "retries": [1, 3],
            "stop_after": 3,
            "reference": "rent",
        },
    ),
)
async def create_payment_schedule(
    data: JSONBody[commands.CreateSchedule], request: request_.Request
) -> views.PaymentSchedule:
    """Have a payment made at a time, on a schedule, or from that time on on that schedule."""
    return await request.submit(data, views.PaymentSchedule)


@get("/payment_schedules", **operation("list_payment_schedules", expands=behind.PARTIES))
async def list_payment_schedules(
    request: request_.Request,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.PaymentSchedule]:
    """The tenant's schedules of payments, newest first."""
    found = await reads.schedules(
        request.db, **request.books, state=in_state, cursor=cursor, limit=limit
    )
    return await request.expanded(found, expand)


@get(
    "/payment_schedules/{payment_schedule:str}",
    **operation("get_payment_schedule", rejections.ScheduleNotFound, expands=behind.PARTIES),
)
async def get_payment_schedule(
    payment_schedule: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.PaymentSchedule:
    """One schedule of payments."""
    found = await reads.schedule(request.db, **request.books, schedule=payment_schedule)
    return await request.expanded(found, expand)


@post(
    "/payment_schedules/{payment_schedule:str}/pause",
    status_code=200,
    **operation("pause_payment_schedule", *refusals.MOVE),
)
async def pause_payment_schedule(
    payment_schedule: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.PaymentSchedule:
    """Make no payments until the schedule is resumed."""
    command = commands.PauseSchedule(schedule=payment_schedule)
    return await request.submit(command, views.PaymentSchedule)


@post(
    "/payment_schedules/{payment_schedule:str}/resume",
    status_code=200,
    **operation("resume_payment_schedule", *refusals.MOVE),
)
async def resume_payment_schedule(
    payment_schedule: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.PaymentSchedule:
    """Go on with the next occurrence. What has passed meanwhile is not paid; a payment that is made
    once, whose time has passed, is made now."""
    command = commands.ResumeSchedule(schedule=payment_schedule)
    return await request.submit(command, views.PaymentSchedule)


@post(
    "/payment_schedules/{payment_schedule:str}/skip",
    status_code=200,
    **operation("skip_payment_schedule", *refusals.MOVE),
)
async def skip_payment_schedule(
    payment_schedule: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.PaymentSchedule:
    """Let the next occurrence pass without a payment."""
    command = commands.SkipOccurrence(schedule=payment_schedule)
    return await request.submit(command, views.PaymentSchedule)


@post(
    "/payment_schedules/{payment_schedule:str}/cancel",
    status_code=200,
    **operation("cancel_payment_schedule", *refusals.MOVE),
)
async def cancel_payment_schedule(
    payment_schedule: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.PaymentSchedule:
    """Make no payments any more, for good."""
    command = commands.CancelSchedule(schedule=payment_schedule)
    return await request.submit(command, views.PaymentSchedule)


@get(
    "/payment_schedules/{payment_schedule:str}/runs",
    **operation("list_schedule_runs", rejections.ScheduleNotFound, expands=behind.PAYMENT),
)
async def list_schedule_runs(
    payment_schedule: FromPath[str],
    request: request_.Request,
    in_state: RunState = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.ScheduleRun]:
    """What became of each occurrence of a schedule, newest first."""
    found = await reads.runs(
        request.db,
        **request.books,
        schedule=payment_schedule,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


@get(
    "/schedule_runs/{run:str}",
    **operation("get_schedule_run", rejections.RunNotFound, expands=behind.PAYMENT),
)
async def get_schedule_run(
    run: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.ScheduleRun:
    """What became of one occurrence of a schedule."""
    found = await reads.run(request.db, **request.books, run=run)
    return await request.expanded(found, expand)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_payment_schedule,
    list_payment_schedules,
    get_payment_schedule,
    pause_payment_schedule,
    resume_payment_schedule,
    skip_payment_schedule,
    cancel_payment_schedule,
    list_schedule_runs,
    get_schedule_run,
]
