"""An example of each fact of webhooks: an endpoint that is made, fails, recovers and ends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.book.event import Event
from culm.webhooks import events

_ENDPOINT: Final = "whe_0000000000000041"
_EVENT: Final = "evt_0000000000000052"
_REPLAY: Final = "rpl_0000000000000063"
_URL: Final = "https://hooks.example.com/culm"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.EndpointCreated(
        id=_ENDPOINT,
        url=_URL,
        event_types=("ledger.transaction_posted", "ledger.hold_placed"),
        description="the shop's orders",
    ),
    events.EndpointUpdated(
        id=_ENDPOINT, url=_URL, event_types=("ledger.*",), payload="thin", description="orders"
    ),
    events.EndpointDisabled(_ENDPOINT, _URL, "failing"),
    events.EndpointEnabled(_ENDPOINT),
    events.EndpointDeleted(_ENDPOINT),
    events.SecretRotated(_ENDPOINT, 2, datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
    events.Test(_ENDPOINT),
    events.DeliveryFailed(_ENDPOINT, _EVENT, 1, datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)),
    events.DeliveryDue(_ENDPOINT, _EVENT, 2),
    events.DeliverySucceeded(_ENDPOINT, _EVENT, 2),
    events.DeliveryGivenUp(_ENDPOINT, _EVENT, 2),
    events.ReplayBegun(_REPLAY, _ENDPOINT, datetime(2026, 3, 1, tzinfo=UTC), 99),
    events.ReplayMoved(_REPLAY, _ENDPOINT, 90),
    events.ReplayEnded(_REPLAY, _ENDPOINT),
)
