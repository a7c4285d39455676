"""The NATS subjects of facts: `culm.{tenant}.{context}.{event}`."""

from __future__ import annotations

import functools
from typing import Final
from urllib.parse import quote

from culm.book import event as event_

ROOT: Final = "culm"

ANY: Final = "*"


@functools.lru_cache(maxsize=65_536)
def of(tenant: str, type_: str) -> str:
    """The subject of a tenant's facts of one type: `ledger.hold_placed` of `acme` is
    `culm.acme.ledger.hold_placed`."""
    return f"{ROOT}.{token(tenant)}.{type_}"


def of_type(event: type[event_.Event], tenant: str | None = None) -> str:
    """The filter for the facts of one type: of one tenant, or of all of them."""
    return f"{ROOT}.{ANY if tenant is None else token(tenant)}.{event.TYPE}"


def of_all(tenant: str | None = None) -> str:
    """The filter for every fact: of one tenant, or of all of them."""
    return f"{ROOT}.{ANY if tenant is None else token(tenant)}.>"


def token(tenant: str) -> str:
    """A tenant as one token of a subject: a dot would end it, and * and > are wildcards."""
    return quote(tenant, safe="").replace(".", "%2E")
