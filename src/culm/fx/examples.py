"""An example of each fact of foreign exchange."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.book.event import Event
from culm.fx import events

_QUOTE: Final = "quo_00000000000000c1"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.RateSet(
        base="EUR",
        counter="USD",
        rate="1.0842",
        spread_basis_points=50,
        valid_until=datetime(2026, 3, 2, 18, tzinfo=UTC),
    ),
    events.QuoteCreated(
        id=_QUOTE,
        sell_currency="USD",
        sell_amount="10000",
        buy_currency="EUR",
        buy_amount="9177",
        fixed="sell",
        base="EUR",
        counter="USD",
        rate="1.0842",
        spread_basis_points=50,
        expires=datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC),
    ),
    events.QuoteUsed(id=_QUOTE, payment="pay_00000000000000c2"),
)
