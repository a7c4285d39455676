"""An example of each fact of customers: one that is created, known better, restricted, erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.book.event import Event
from culm.customers import events

_CUSTOMER: Final = "cus_0000000000000091"
_SUBJECT: Final = "sub_mzxw6ytboi4dkmrtgq2tmnzyhe"
_SEALED: Final = "v1.9zZ0bWwR1s9mQXx5cQ0wJ3J5b2xkZXIgdGhhbiB0aGlzIGlzIHNlYWxlZA"
_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

EXAMPLES: Final[tuple[Event, ...]] = (
    events.CustomerCreated(_CUSTOMER, "person", _SUBJECT, _SEALED, "basic", _AT),
    events.CustomerUpdated(_CUSTOMER, 2, _SEALED),
    events.TierChanged(_CUSTOMER, "verified"),
    events.CustomerActivated(_CUSTOMER, _AT),
    events.CustomerRestricted(_CUSTOMER, "review"),
    events.CustomerUnrestricted(_CUSTOMER),
    events.CustomerClosed(_CUSTOMER, _AT),
    events.CustomerErased(_CUSTOMER, _SUBJECT, _AT),
    events.ConsentGiven(_CUSTOMER, "marketing", "2026-01", _AT),
    events.ConsentWithdrawn(_CUSTOMER, "marketing", _AT),
)
