"""Keys over HTTP: made, changed, rotated and revoked. The secret of one is seen here alone."""

from __future__ import annotations

from typing import Final

from litestar import Router

from culm.access.routes import keys

ROUTER: Final = Router("/v1/keys", tags=["Keys"], route_handlers=[*keys.ROUTES])
