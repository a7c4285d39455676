"""Wallets over HTTP: requests become commands, reads become pages. Nothing is decided here."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.wallets.routes import history, limits, wallets

ROUTER: Final = Router(
    "/v1",
    tags=["Wallets"],
    route_handlers=[*wallets.ROUTES, *history.ROUTES, *limits.ROUTES],
)
