"""The state of access: keys, and how many of them a tenant has."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

PREFIX: Final = "key"
"""Of the ids of keys."""

Mode = Literal["test", "live"]
"""Of a tenant of the sandbox, or of one where money is real."""

State = Literal["active", "revoked"]

MAX_PER_SECOND: Final = 100_000
MAX_BURST: Final = 1_000_000

MAX_DAILY_QUOTA: Final = 10**12

PerSecond = Annotated[
    int,
    msgspec.Meta(
        description="Requests a second, in the long run.",
        extra_json_schema={"minimum": 1, "maximum": MAX_PER_SECOND},
    ),
]
Burst = Annotated[
    int,
    msgspec.Meta(
        description="Requests at once.", extra_json_schema={"minimum": 1, "maximum": MAX_BURST}
    ),
]
OwnQuota = Annotated[
    int | None,
    msgspec.Meta(
        description="Requests of one day, in UTC; none of its own where it is left out.",
        extra_json_schema={"minimum": 1, "maximum": MAX_DAILY_QUOTA},
    ),
]


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often a key may be used: reads and writes `per_second` each, and `burst` at once; bulks
    a tenth of that."""

    per_second: PerSecond
    burst: Burst


DEFAULT_RATE: Final = Rate(100, 200)


class Route(Rate, frozen=True, forbid_unknown_fields=True):
    """How often a key may be used for one operation: its requests are counted by this, and no more
    among the key's reads, writes or bulks. One that is a bulk has a tenth of it. Without a
    `daily_quota` of its own they count for the key's."""

    daily_quota: OwnQuota = None


Routes = dict[str, Route]
"""Rates of single operations, by their names in the description of the API."""


class Key(msgspec.Struct, frozen=True):
    """A key of a tenant. Its secret is known by its `digest` alone; the one before counts as well
    until `previous_until`. `addresses` are networks, none: all. `daily_quota` of None is no quota.
    """

    id: str
    number: int
    tenant: str
    name: str
    sandbox: bool
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    per_second: int
    burst: int
    daily_quota: int | None
    routes: Routes
    digest: str
    previous: str | None
    previous_until: datetime | None
    state: State
    created: datetime
    expires: datetime | None
    revoked: datetime | None = None


class Owner(msgspec.Struct, frozen=True):
    """How many keys a tenant has that are not revoked."""

    tenant: str
    keys: int
