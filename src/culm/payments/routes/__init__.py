"""The API of payments."""

from __future__ import annotations

from typing import Final

from litestar import Router

ROUTER: Final = Router("/v1", route_handlers=[])
