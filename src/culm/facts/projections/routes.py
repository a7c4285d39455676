"""Projections over HTTP: which there are, and how far behind the log."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Router, get

from culm.facts.projections import generations, types
from culm.gateway import request as request_
from culm.gateway.operation import operation


class Standing(msgspec.Struct, frozen=True):
    """How far one generation of a projection is in one partition: of the `size` events of the log
    it has taken in those before `position`. Readers see the one that is `live`; the one that is
    `building` takes its place when it has caught up."""

    projection: str
    partition: int
    generation: int
    version: int
    state: types.State
    position: int
    size: int
    lag: types.Lag


class Standings(msgspec.Struct, frozen=True):
    """Every projection, in every partition."""

    projections: tuple[Standing, ...]


@get("/", **operation("list_projections", context="events"))
async def list_projections(request: request_.Request) -> Standings:
    """Every projection, how far it is in each partition, and how far it lags behind the log."""
    now = request.platform.clock()
    rows = await generations.progress(request.db)
    return Standings(
        tuple(
            Standing(
                projection=row.projection,
                partition=row.partition,
                generation=row.generation,
                version=row.version,
                state=row.state,
                position=row.position,
                size=row.size,
                lag=row.lag(now),
            )
            for row in rows
        )
    )


ROUTER: Final = Router("/v1/projections", tags=["Projections"], route_handlers=[list_projections])
