"""Quotes: a price that is kept for a while, and used once."""

from __future__ import annotations

from datetime import timedelta

from culm.book.unit import Unit
from culm.fx import checks, commands, events, pricing, rejections, types, views
from culm.fx.decisions import rates
from culm.fx.tables import QUOTES
from culm.ledger import api as ledger
from culm.timers import api as timers


def create_quote(unit: Unit, command: commands.CreateQuote) -> views.FxQuote:
    """Promise a price."""
    amount = ledger.check_amount(command.amount, "amount")
    checks.pair(command.sell_currency, command.buy_currency, "buy_currency")
    checks.seconds(command.seconds)
    ledger.tenant(unit)
    pair = pricing.Pair(
        command.sell_currency,
        ledger.scale(unit, command.sell_currency, "sell_currency"),
        command.buy_currency,
        ledger.scale(unit, command.buy_currency, "buy_currency"),
    )
    now = timers.now(unit)
    rate = rates.between(unit, pair.sell, pair.buy)
    if rate is None or rate.valid_until <= now:
        raise rejections.NoRate("buy_currency")
    found = pricing.amounts(rate, pair, amount=amount, fixed=command.fixed)
    quote_id = unit.new_id(types.PREFIX)
    unit.record(
        events.QuoteCreated(
            id=quote_id,
            sell_currency=pair.sell,
            sell_amount=str(found.sell),
            buy_currency=pair.buy,
            buy_amount=str(found.buy),
            fixed=command.fixed,
            base=rate.base,
            counter=rate.counter,
            rate=rate.rate,
            spread_basis_points=rate.spread_basis_points,
            expires=now + timedelta(seconds=command.seconds),
        )
    )
    return views.quote(quote(unit, quote_id))


def quote(unit: Unit, quote_id: str, field: str = "quote") -> types.Quote:
    """One of the tenant's quotes. Raises `QuoteNotFound`."""
    found = unit.get(QUOTES, quote_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.QuoteNotFound(field)
    return found


def usable(unit: Unit, quote_id: str, field: str = "quote") -> types.Quote:
    """A quote that can be used now. Raises `QuoteNotFound`, `QuoteUsed`, `QuoteExpired`."""
    found = quote(unit, quote_id, field)
    if found.payment:
        raise rejections.QuoteUsed(field)
    if found.expires <= timers.now(unit):
        raise rejections.QuoteExpired(field)
    return found


def use(unit: Unit, quote_id: str, *, payment: str) -> None:
    """Use a quote for a payment, so that nothing else does."""
    unit.record(events.QuoteUsed(id=usable(unit, quote_id).id, payment=payment))


def want_quotes(unit: Unit, *quote_ids: str) -> None:
    """Ask for quotes, and the time by which they expire."""
    timers.want_clock(unit)
    unit.want(QUOTES, quote_ids)


def peek(unit: Unit, quote_id: str) -> types.Quote | None:
    """A quote that is in memory already."""
    return unit.peek(QUOTES, quote_id)


def want_new(unit: Unit, command: commands.CreateQuote) -> None:
    """Ask for what a new quote reads."""
    ledger.want_accounts(unit)
    rates.want_between(unit, command.sell_currency, command.buy_currency)
