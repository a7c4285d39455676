"""What each of the facts of foreign exchange does to the state. The only code that changes it."""

from __future__ import annotations

from sys import intern
from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.fx import events, types
from culm.fx.tables import QUOTES, RATES
from culm.kernel import ids


def rate_set(unit: Unit, event: events.RateSet, _position: int) -> None:
    """Keep the rate in place of the one before."""
    key = (unit.origin.tenant, event.base, event.counter)
    rate = types.Rate(
        tenant=unit.origin.tenant,
        base=event.base,
        counter=event.counter,
        rate=event.rate,
        spread_basis_points=event.spread_basis_points,
        valid_until=event.valid_until,
        set=unit.now,
    )
    unit.put(RATES, key, rate)


def quote_created(unit: Unit, event: events.QuoteCreated, _position: int) -> None:
    """Keep the quote."""
    quote = types.Quote(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        sell_currency=intern(event.sell_currency),
        sell_amount=int(event.sell_amount),
        buy_currency=intern(event.buy_currency),
        buy_amount=int(event.buy_amount),
        fixed=event.fixed,
        base=event.base,
        counter=event.counter,
        rate=event.rate,
        spread_basis_points=event.spread_basis_points,
        expires=event.expires,
        created=unit.now,
    )
    unit.put(QUOTES, quote.id, quote)


def quote_used(unit: Unit, event: events.QuoteUsed, _position: int) -> None:
    """Keep what used it."""
    quote = unit.get(QUOTES, event.id)
    if quote is None:
        raise LookupError(f"the event at {unit.position - 1} names no {event.id}")
    unit.put(QUOTES, quote.id, msgspec.structs.replace(quote, payment=event.payment))


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.RateSet: rate_set,
    events.QuoteCreated: quote_created,
    events.QuoteUsed: quote_used,
}
