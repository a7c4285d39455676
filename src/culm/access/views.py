"""The public shapes of access: what commands answer, what reads return, what the API shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from culm.access import types


class Key(msgspec.Struct, frozen=True):
    """A key, as its owner sees it. Its secret was shown once; what begins it tells it from others.

    `previous_until` is how long the secret before the newest counts as well.
    """

    id: str
    name: str
    mode: types.Mode
    begins: str
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    rate: types.Rate
    daily_quota: int | None
    routes: types.Routes
    state: types.State
    created: datetime
    expires: datetime | None
    previous_until: datetime | None
    revoked: datetime | None


class KeyInUse(Key, frozen=True):
    """A key, and when it last opened the API: right to the minute."""

    last_used: datetime | None = None


class IssuedKey(msgspec.Struct, frozen=True):
    """A key that was made or rotated, with its secret. It is not shown again: an answer that is
    given once more, under the same `Idempotency-Key`, has none."""

    key: Key
    secret: str | None


class Issued(msgspec.Struct, frozen=True):
    """What the Book answers: the key, and the digest of the secret that it was given then."""

    key: Key
    digest: str


def key(row: types.Key) -> Key:
    """The public shape of a key."""
    return Key(**_shown(row))


def key_in_use(row: types.Key, last_used: datetime | None) -> KeyInUse:
    """The public shape of a key, with its last use."""
    return KeyInUse(**_shown(row), last_used=last_used)


def _shown(row: types.Key) -> dict[str, Any]:
    mode = "test" if row.sandbox else "live"
    return {
        "id": row.id,
        "name": row.name,
        "mode": mode,
        "begins": f"ck_{mode}_{row.number:016x}_",
        "scopes": row.scopes,
        "addresses": row.addresses,
        "rate": types.Rate(row.per_second, row.burst),
        "daily_quota": row.daily_quota,
        "routes": row.routes,
        "state": row.state,
        "created": row.created,
        "expires": row.expires,
        "previous_until": row.previous_until,
        "revoked": row.revoked,
    }
