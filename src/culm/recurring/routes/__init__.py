"""Recurring payments over HTTP: requests become commands, reads become pages."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.recurring.routes import mandates, schedules

ROUTER: Final = Router(
    "/v1",
    tags=["Recurring payments"],
    route_handlers=[*schedules.ROUTES, *mandates.ROUTES],
)
