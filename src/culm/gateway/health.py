"""Whether the process is alive, and whether it can serve: for whoever runs it."""

from __future__ import annotations

import msgspec
from litestar import get

from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import errors


class State(msgspec.Struct, frozen=True):
    """How the platform is."""

    status: str


class Facts(msgspec.Struct, frozen=True):
    """Facts that are in the log and are not known to have gone out, and how long the oldest of them
    has waited."""

    waiting: int
    oldest_seconds: float


class Ready(msgspec.Struct, frozen=True):
    """That the platform can serve, and what waits to go out: facts wait while NATS is away, and
    commands are taken all the same."""

    status: str
    facts: Facts


@get("/health", **operation("health", open_=True), tags=["Operation"])
async def health() -> State:
    """The process is alive. Nothing else is looked at."""
    return State("ok")


@get(
    "/ready",
    **operation("ready", errors.Unavailable, open_=True),
    tags=["Operation"],
)
async def ready(request: request_.Request) -> Ready:
    """The database can be reached and every Book takes turns. Otherwise 503, with Retry-After.
    `facts` tells how much of what happened has not been published yet."""
    if not await request.platform.ready():
        raise errors.Unavailable("The platform cannot serve at present.")
    return Ready("ready", Facts(*await request.platform.waiting()))
