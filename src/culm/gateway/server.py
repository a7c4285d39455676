"""The door itself: the ASGI application that the composition root serves."""

from __future__ import annotations

from collections.abc import Sequence

import litestar
from litestar.types import ControllerRouterHandler

from culm.gateway import answers, failures, health, openapi, pages
from culm.gateway import platform as platform_
from culm.gateway import request as request_


def application(
    platform: platform_.Platform, routes: Sequence[ControllerRouterHandler]
) -> litestar.Litestar:
    """The API of a platform: the routes of its contexts, and what the door adds to them.

    Nothing runs around a request that it does not need: no middleware, no logging of each, no
    dependency injection. What is common to all routes stands in `Request` and `Answer`.
    """
    app = litestar.Litestar(
        route_handlers=[*routes, health.health, health.ready, *pages.ROUTES],
        request_class=request_.Request,
        response_class=answers.Answer,
        exception_handlers=failures.HANDLERS,
        openapi_config=None,  # ours says more: see `openapi`
        logging_config=None,
        request_max_body_size=None,  # `Request.body` has our own limit
        opt={"platform": platform},
    )
    app.opt["openapi"] = openapi.document(app)
    return app
