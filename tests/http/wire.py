"""The raw wire: for what the client would not send, and for what it does not show."""

from __future__ import annotations

from typing import Protocol

import httpx


class Served(Protocol):
    """A platform that is served somewhere, and what opens it."""

    url: str
    operator: str


class Wire(httpx.AsyncClient):
    """Requests as they are written, from the operator, who may do everything for whatever tenant he
    names."""

    def __init__(self, of: Served) -> None:
        super().__init__(
            base_url=of.url, timeout=60, headers={"Authorization": f"Bearer {of.operator}"}
        )
        self.url = of.url
        self.operator = of.operator
