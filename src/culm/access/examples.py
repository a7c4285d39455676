"""An example of each fact of access: a key that is made, changed, rotated and revoked."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from culm.access import events, types
from culm.book.event import Event

_KEY: Final = "key_0000000000000021"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.KeyCreated(
        id=_KEY,
        name="the shop's server",
        sandbox=True,
        scopes=("payments:write", "wallets:read"),
        per_second=100,
        burst=200,
        digest=sha256(b"one").hexdigest(),
        addresses=("192.0.2.0/24",),
        expires=datetime(2027, 3, 2, 9, 0, tzinfo=UTC),
    ),
    events.KeyUpdated(
        id=_KEY,
        name="the shop",
        per_second=200,
        burst=400,
        daily_quota=1_000_000,
        routes={"create_payment": types.Route(50, 100, daily_quota=10_000)},
    ),
    events.KeyRotated(
        id=_KEY,
        digest=sha256(b"two").hexdigest(),
        previous_until=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
    ),
    events.KeyRevoked(id=_KEY),
)
