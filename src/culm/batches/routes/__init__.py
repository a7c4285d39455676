"""The API of batches."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.batches.routes import batches, receiving

ROUTER: Final = Router("/v1", tags=["Batches"], route_handlers=[*receiving.ROUTES, *batches.ROUTES])
