"""Exchanges: what is sold in one currency and bought in another, by a quote that is used once.

Each currency balances by itself: the house's position account of the one takes what is sold, that
of the other gives what is bought.
"""

from __future__ import annotations

from culm.book.unit import Unit
from culm.fx import api as fx
from culm.ledger import api as ledger
from culm.payments import commands, rejections, terms, types


def agreed(unit: Unit, command: commands.CreatePayment) -> terms.Exchange | None:
    """What an exchange buys, by its quote; None for other kinds. Raises `QuoteMismatch`, and what
    is wrong with the quote."""
    if command.quote is None:
        return None
    quote = fx.usable(unit, command.quote)
    if quote.sell_currency != command.currency:
        raise rejections.QuoteMismatch("currency")
    if quote.sell_amount != int(command.amount):
        raise rejections.QuoteMismatch("amount")
    return terms.Exchange(quote.id, str(quote.buy_amount), quote.buy_currency)


def move(unit: Unit, payment: types.Payment, exchange: types.Exchange) -> None:
    """Move both amounts at once, and use up the quote."""
    fx.use(unit, exchange.quote, payment=payment.id)
    sold, bought = (
        ledger.house_account(unit, fx.position(currency), currency)
        for currency in (payment.currency, exchange.currency)
    )
    lines = [
        (payment.source_account, payment.amount),
        (payment.destination_account, -exchange.amount),
        (sold, -payment.amount),
        (bought, exchange.amount),
    ]
    said = {"description": payment.description} if payment.description else {}
    ledger.post(unit, lines, kind=payment.kind, reference=payment.id, metadata=said)


def want_new(unit: Unit, command: commands.CreatePayment) -> str | None:
    """Ask for the quote of a new payment, and once it is there for the positions that it changes.
    Returns the currency that is bought, as far as it is known."""
    if command.quote is None:
        return None
    fx.want_quotes(unit, command.quote)
    quote = fx.peek(unit, command.quote)
    if quote is None:
        return None
    currencies = (quote.sell_currency, quote.buy_currency)
    ledger.want_accounts(unit, *[fx.position(one) for one in currencies])
    return quote.buy_currency
