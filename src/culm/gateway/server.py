"""The door itself: the ASGI application that the composition root serves."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Final

import litestar
from litestar.types import ControllerRouterHandler, Message, Send

from culm.gateway import (
    admission,
    answers,
    failures,
    health,
    intake,
    metrics,
    openapi,
    pages,
    problems,
    versions,
)
from culm.gateway import platform as platform_
from culm.gateway import request as request_


class Door(litestar.Litestar):
    """The application, with what Litestar does not do: HEAD, and no answer to OPTIONS."""

    def __call__(self, scope: Any, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        """Serve a request."""
        if scope["type"] == "http":
            metrics.Requests.begin(scope)
            if (method := scope["method"]) in _INSTEAD:
                scope["method"] = _INSTEAD[method]
                send = _without_body(send) if method == "HEAD" else send
        return litestar.Litestar.__call__(self, scope, receive, send)


_INSTEAD: Final = {"HEAD": "GET", "OPTIONS": "UNKNOWN"}
"""HEAD is what GET would answer, without the body (RFC 9110 §9.3.2). OPTIONS is of use to pages of
other origins, which may not ask at all: it is answered as a method that no route knows."""


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head


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
    requests = metrics.Requests()
    app = Door(
        route_handlers=[*routes, health.health, health.ready, metrics.metrics, *pages.ROUTES],
        request_class=request_.Request,
        response_class=answers.Answer,
        guards=[admission.guard],
        exception_handlers=failures.HANDLERS,
        openapi_config=None,  # ours says more: see `openapi`
        logging_config=None,
        request_max_body_size=None,  # `Intake` has our own limit
        opt={
            "platform": platform,
            "intake": intake.Intake(),
            "requests": requests,
            "versions": versions.Versions(changes),
            "collectors": (requests.requests, *collectors),
        },
    )
    app.opt["openapi"] = document = openapi.document(app)
    app.opt["problems"] = problems.kinds(openapi.places(document))
    return app
