"""The virtual clock of a tenant of the sandbox."""

from __future__ import annotations

from typing import Final

from litestar import get, post
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.timers import commands, reads, rejections, views
from culm.timers.routes import refusals


@get("/", **operation("get_clock", rejections.ClockNotFound))
async def get_clock(request: request_.Request) -> views.Clock:
    """Where the tenant's virtual clock stands, and where it is on its way to."""
    return await reads.clock(request.db, **request.books)


@post(
    "/advance",
    status_code=200,
    **operation("advance_clock", *refusals.ADVANCE_CLOCK, example={"to": "2030-02-01T00:00:00Z"}),
)
async def advance_clock(
    data: JSONBody[commands.AdvanceClock], request: request_.Request
) -> views.Clock:
    """Send the tenant's virtual clock on its way to a later time.

    What is due by then fires on the way, in order, each at its time. The clock has come to its
    target when `target` is null again.
    """
    return await request.submit(data, views.Clock)


ROUTES: Final[list[ControllerRouterHandler]] = [get_clock, advance_clock]
