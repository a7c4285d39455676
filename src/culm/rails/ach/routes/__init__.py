"""The API of the ACH rail: the terms with the bank, and what becomes of transfers and files."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.rails.ach.routes import files, terms, transfers

ROUTER: Final = Router(
    "/v1/rails",
    tags=["Rails"],
    route_handlers=[*terms.ROUTES, *transfers.ROUTES, *files.ROUTES],
)
