"""Webhooks over HTTP: requests become commands, reads become pages. Nothing is decided here."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.webhooks.routes import deliveries, endpoints

ROUTER: Final = Router(
    "/v1/webhooks",
    tags=["Webhooks"],
    route_handlers=[*endpoints.ROUTES, *deliveries.ROUTES],
)
