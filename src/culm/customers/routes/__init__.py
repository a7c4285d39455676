"""Customers over HTTP: what is said of people is sealed on the way in, opened on the way out."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.customers.routes import consents, customers, lifecycle

ROUTER: Final = Router(
    "/v1",
    tags=["Customers"],
    route_handlers=[*customers.ROUTES, *lifecycle.ROUTES, *consents.ROUTES],
)
