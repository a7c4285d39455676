"""The ledger over HTTP: requests become commands, reads become pages. Nothing is decided here."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.ledger.routes import accounts, holds, proofs, tenants, transactions

ROUTER: Final = Router(
    "/v1/ledger",
    route_handlers=[
        Router("/", tags=["Tenants"], route_handlers=tenants.ROUTES),
        Router("/", tags=["Accounts"], route_handlers=accounts.ROUTES),
        Router("/", tags=["Transactions"], route_handlers=transactions.ROUTES),
        Router("/", tags=["Holds"], route_handlers=holds.ROUTES),
        Router("/", tags=["Proofs"], route_handlers=proofs.ROUTES),
    ],
)
