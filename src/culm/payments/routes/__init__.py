"""Payments over HTTP: requests become commands, reads become pages. Nothing is decided here."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.payments.routes import disputes, fee_schedules, payments, refunds

ROUTER: Final = Router(
    "/v1",
    tags=["Payments"],
    route_handlers=[
        *payments.ROUTES,
        *refunds.ROUTES,
        *disputes.ROUTES,
        *fee_schedules.ROUTES,
    ],
)
