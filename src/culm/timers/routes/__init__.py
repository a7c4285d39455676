"""Timers and virtual clocks over HTTP. Nothing is decided here."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.timers.routes import clocks, timers

ROUTER: Final = Router(
    "/v1",
    route_handlers=[
        Router("/timers", tags=["Timers"], route_handlers=timers.ROUTES),
        Router("/clock", tags=["Clocks"], route_handlers=clocks.ROUTES),
    ],
)
