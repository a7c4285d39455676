"""Timers: set, looked at, cancelled, and tried again."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.timers import commands, reads, rejections, types, views
from culm.timers.routes import refusals

State = Annotated[
    types.State | None, QueryParameter(name="state", description="Only timers in this state.")
]


class Nothing(commands.Command, frozen=True):
    """A request that says all in its path. Its body is left out, or an empty object."""


@post(
    "/",
    **operation(
        "set_timer",
        *refusals.SET_TIMER,
        example={
            "command": "ledger.post_transaction",
            "body": {
                "postings": [
                    {"account": "liabilities:customers:ann", "side": "debit", "amount": 85000},
                    {"account": "liabilities:customers:bob", "side": "credit", "amount": 85000},
                ],
                "kind": "rent",
            },
            "schedule": {"cron": "0 9 1 * *", "zone": "Europe/Berlin", "times": 12},
        },
    ),
)
async def set_timer(data: JSONBody[commands.SetTimer], request: request_.Request) -> views.Timer:
    """Have a command decided at a time, on a schedule, or from that time on on that schedule.

    A key needs the scope to write in the context of the command, too.

    What it would be refused for at any time, as a body of the wrong form, it is refused for at
    once: with the codes of the command, and the fields of its body. What depends on the state is
    decided when it fires; a refusal is then the timer's `outcome`.
    """
    request.require_write(data.command.partition(".")[0], field="command")
    return await request.submit(data, views.Timer)


@get("/{timer:str}", **operation("get_timer", rejections.TimerNotFound))
async def get_timer(timer: FromPath[str], request: request_.Request) -> views.Timer:
    """One timer."""
    return await reads.timer(request.db, **request.books, timer=timer)


@get("/", **operation("list_timers"))
async def list_timers(
    request: request_.Request,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.Timer]:
    """Timers, those that were set last first: what was asked for, and the expiry of holds."""
    return await reads.timers(
        request.db, **request.books, state=in_state, cursor=cursor, limit=limit
    )


@post(
    "/{timer:str}/cancel",
    status_code=200,
    **operation("cancel_timer", *refusals.CANCEL_TIMER),
)
async def cancel_timer(
    timer: FromPath[str], request: request_.Request, data: JSONBody[Nothing | None] = None
) -> views.Timer:
    """Let a timer not fire any more. One that another thing needs is not cancelled by itself."""
    return await request.submit(commands.CancelTimer(timer=timer), views.Timer)


@post(
    "/{timer:str}/retry",
    status_code=200,
    **operation("retry_timer", *refusals.RETRY_TIMER),
)
async def retry_timer(
    timer: FromPath[str], request: request_.Request, data: JSONBody[Nothing | None] = None
) -> views.Timer:
    """Have a command that failed, or was refused, decided again, at once."""
    return await request.submit(commands.RetryTimer(timer=timer), views.Timer)


ROUTES: Final[list[ControllerRouterHandler]] = [
    set_timer,
    get_timer,
    list_timers,
    cancel_timer,
    retry_timer,
]
