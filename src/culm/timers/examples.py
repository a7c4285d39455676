"""One example of each fact of timers and clocks: rent is paid monthly, and a year goes by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.book.event import Event
from culm.timers import events, types

_TIMER: Final = "tmr_0000000000000021"
_FIRST: Final = datetime(2026, 4, 1, 7, tzinfo=UTC)
_SECOND: Final = datetime(2026, 5, 1, 7, tzinfo=UTC)

EXAMPLES: Final[tuple[Event, ...]] = (
    events.ClockStarted(now=datetime(2026, 3, 1, tzinfo=UTC)),
    events.TimerSet(
        id=_TIMER,
        due=_FIRST,
        command="ledger.post_transaction",
        body={
            "postings": [
                {"account": "liabilities:customers:ann", "side": "debit", "amount": 85000},
                {"account": "liabilities:customers:bob", "side": "credit", "amount": 85000},
            ],
            "kind": "rent",
        },
        schedule=types.Schedule(cron="0 9 1 * *", zone="Europe/Berlin"),
    ),
    events.ClockAdvanced(target=datetime(2027, 3, 1, tzinfo=UTC)),
    events.ClockMoved(now=_FIRST),
    events.TimerFired(id=_TIMER, due=_FIRST, outcome="insufficient_funds", next=_SECOND),
    events.TimerCancelled(id=_TIMER),
    events.TimerRetried(id="tmr_0000000000000022", due=_SECOND),
    events.ClockReached(now=datetime(2027, 3, 1, tzinfo=UTC)),
)
