"""An example of each fact about a parked fact: set aside, tried again, and done, or given up."""

from __future__ import annotations

from typing import Final

from culm.book.event import Event
from culm.work import events

_FACT: Final = "evt_0000000000000052"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.Parked(
        "screening", _FACT, "ledger.transaction_posted", "timeout", 10, "9f86d081884c7d65"
    ),
    events.Retried("screening", _FACT, 1),
    events.Settled("screening", _FACT, 1),
    events.Dropped("screening", _FACT),
)
