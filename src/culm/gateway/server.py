"""The door itself: the ASGI application that the composition root serves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import litestar
from litestar.types import ControllerRouterHandler

from culm.gateway import (
    admission,
    answers,
    failures,
    headers,
    health,
    intake,
    metrics,
    openapi,
    pages,
    problems,
    versions,
)
from culm.gateway import load as load_
from culm.gateway import platform as platform_
from culm.gateway import request as request_
from culm.kernel import errors


class Door(litestar.Litestar):
    """The application, with what Litestar does not do: HEAD, no answer to OPTIONS, and an end to
    what is too much or takes too long."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            return await litestar.Litestar.__call__(self, scope, receive, send)
        metrics.Requests.begin(scope)
        if instead := _INSTEAD.get(scope["method"]):
            scope = {**scope, "method": instead}  # the server's own stays as it came
        if scope["path"] in load_.ALWAYS:
            return await litestar.Litestar.__call__(self, scope, receive, send)
        load: load_.Load = self.opt["load"]
        try:
            task = load.enter()
        except errors.Busy as busy:
            return await self._refuse(busy, scope, receive, send)
        try:
            return await litestar.Litestar.__call__(self, scope, receive, send)
        except asyncio.CancelledError:
            error = load.given_up(task)
            if error is None or metrics.ENDED in scope:
                raise
            return await self._refuse(error, scope, receive, send)
        finally:
            load.leave(task, scope.get(metrics.ENDED, 0))

    async def _refuse(self, error: errors.CulmError, scope: Any, receive: Any, send: Any) -> None:
        """Answer without a route, and without a look at the body."""
        scope["litestar_app"] = self
        problem = problems.problem(error, request_id=headers.request_id(scope["headers"]))
        await answers.refusal(problem)(scope, receive, send)


_INSTEAD: Final = {"HEAD": "GET", "OPTIONS": "UNKNOWN"}
"""HEAD is what GET would answer (RFC 9110 §9.3.2); the server leaves the body out. OPTIONS is of
use to pages of other origins, which may not ask at all: it is answered as a method that no route
knows."""


def application(
    platform: platform_.Platform,
    routes: Sequence[ControllerRouterHandler],
    collectors: Sequence[metrics.Collector] = (),
    changes: Sequence[versions.Change] = (),
) -> Door:
    """The API of a platform: the routes of its contexts, and what the door adds to them.
    `collectors` say what `/metrics` tells beside the requests, `changes` what the newest version
    of the API changed.

    Nothing runs around a request that it does not need: no middleware, no logging of each, no
    dependency injection. What is common to all routes stands in `Request` and `Answer`.
    """
    requests, load = metrics.Requests(), load_.Load()
    app = Door(
        route_handlers=[*routes, health.health, health.ready, metrics.metrics, *pages.ROUTES],
        request_class=request_.Request,
        response_class=answers.Answer,
        before_request=admission.guard,
        exception_handlers=failures.HANDLERS,
        openapi_config=None,  # ours says more: see `openapi`
        logging_config=None,
        request_max_body_size=None,  # `Intake` has our own limit
        opt={
            "platform": platform,
            "intake": intake.Intake(),
            "requests": requests,
            "load": load,
            "versions": versions.Versions(changes),
            "collectors": (requests.requests, load.load, *collectors),
        },
    )
    app.opt["openapi"] = document = openapi.document(app)
    app.opt["operations"] = openapi.closed(document)
    app.opt["problems"] = problems.kinds(openapi.places(document))
    return app
