"""Parked facts over HTTP: looking at them, retrying and dropping them. Nothing is decided here."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from culm.gateway import bodies, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.work import commands, reads, rejections, types, views

Reactor = Annotated[str | None, QueryParameter(description="Only what this reactor has parked.")]
State = Annotated[
    types.State | None,
    QueryParameter(
        name="state", description="Only in this state; left out: parked or being retried."
    ),
]
NotFound: Final = rejections.ParkedNotFound


@get("/", **operation("list_parked"))
async def list_parked(
    request: request_.Request,
    reactor: Reactor = None,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[types.Parked]:
    """Facts that reactors were not done with, newest first."""
    return await reads.page(
        request.db,
        **request.books,
        reactor=reactor,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )


@get("/{parked:str}", **operation("get_parked", NotFound))
async def get_parked(parked: FromPath[str], request: request_.Request) -> views.ParkedFact:
    """One parked fact, with what the reactor said."""
    return await reads.parked(request.db, **request.books, parked=parked)


@post(
    "/{parked:str}/retry",
    status_code=200,
    **operation("retry_parked", NotFound, rejections.ParkedNotWaiting, rejections.ParkedBehind),
)
async def retry_parked(
    parked: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies.Nothing | None] = None,
) -> types.Parked:
    """Have the reactor try once more. When that fails, the fact is parked again; when it succeeds,
    the next one of its aggregate is tried."""
    return await request.submit(commands.RetryParked(id=parked), types.Parked)


@post(
    "/{parked:str}/drop",
    status_code=200,
    **operation("drop_parked", NotFound, rejections.ParkedNotWaiting),
)
async def drop_parked(
    parked: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies.Nothing | None] = None,
) -> types.Parked:
    """Give a parked fact up. The next one of its aggregate is tried."""
    return await request.submit(commands.DropParked(id=parked), types.Parked)


ROUTER: Final = Router(
    "/v1/parked",
    tags=["Parked facts"],
    route_handlers=[list_parked, get_parked, retry_parked, drop_parked],
)
