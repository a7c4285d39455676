"""Bank accounts over HTTP: numbers are sealed on the way in, and stay so."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.bank_accounts.routes import accounts, verification

ROUTER: Final = Router(
    "/v1",
    tags=["Bank accounts"],
    route_handlers=[*accounts.ROUTES, *verification.ROUTES],
)
