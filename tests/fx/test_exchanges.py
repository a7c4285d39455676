"""Quotes, and the payments that use them."""

from __future__ import annotations

from typing import Any

import pytest

from culm.fx import rejections
from culm.ledger import rejections as ledger_rejections
from culm.payments import commands
from culm.payments import rejections as payment_rejections
from culm.wallets import commands as wallet_commands
from culm.wallets import rejections as wallet_rejections
from tests.book.conftest import Books
from tests.fx.world import World


async def test_an_exchange_moves_both_amounts_at_once(world: World) -> None:
    await world.rate("1.25", 100)
    ann, bob = await world.wallet(10_000), await world.wallet()
    quote = await world.quote(1_000)
    assert (quote.buy_amount, quote.payment) == ("792", None)
    paid = await world.exchange(ann, bob, quote, description="for the trip")
    assert (paid.state, paid.captured, paid.currency) == ("captured", "1000", "USD")
    assert paid.exchange is not None
    assert (paid.exchange.amount, paid.exchange.currency) == ("792", "EUR")
    assert (await world.balance(ann), await world.in_euros(bob)) == (9_000, 792)
    assert await world.balance("assets:fx:usd") == -1_000
    assert await world.balance("assets:fx:eur") == 792
    assert await world.used_by(quote) == paid.id
    assert await world.payment(paid.id) == paid


async def test_a_wallet_exchanges_with_itself(world: World) -> None:
    await world.rate()
    ann = await world.wallet(1_000)
    await world.exchange(ann, ann, await world.quote(100, fixed="buy"))
    assert (await world.balance(ann), await world.in_euros(ann)) == (875, 100)


async def test_a_quote_is_used_once(world: World) -> None:
    await world.rate()
    ann = await world.wallet(1_000)
    quote = await world.quote(100)
    await world.exchange(ann, ann, quote)
    with pytest.raises(rejections.QuoteUsed):
        await world.exchange(ann, ann, quote)
    assert await world.balance(ann) == 900


async def test_a_quote_is_good_for_as_long_as_it_says(world: World) -> None:
    await world.rate()
    ann = await world.wallet(1_000)
    short, long = await world.quote(100), await world.quote(100, seconds=3_600)
    world.clock.advance(seconds=30)
    with pytest.raises(rejections.QuoteExpired):
        await world.exchange(ann, ann, short)
    await world.exchange(ann, ann, long)


async def test_a_quote_keeps_its_price_when_the_rate_changes(world: World) -> None:
    await world.rate("1.25")
    ann = await world.wallet(1_000)
    quote = await world.quote(100)
    await world.rate("2")
    await world.exchange(ann, ann, quote)
    assert await world.in_euros(ann) == 80


async def test_what_is_not_covered_leaves_the_quote_unused(world: World) -> None:
    await world.rate()
    ann = await world.wallet(99)
    quote = await world.quote(100)
    with pytest.raises(ledger_rejections.InsufficientFunds) as refused:
        await world.exchange(ann, ann, quote)
    assert refused.value.field == "source"
    assert await world.used_by(quote) == ""


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        ({"amount": 99}, payment_rejections.QuoteMismatch, "amount"),
        ({"currency": "EUR"}, payment_rejections.QuoteMismatch, "currency"),
        ({"quote": "quo_0000000000000001"}, rejections.QuoteNotFound, "quote"),
        ({"quote": None}, payment_rejections.OptionInvalid, "quote"),
        ({"kind": "transfer"}, payment_rejections.OptionInvalid, "quote"),
        ({"confirm": False}, payment_rejections.OptionInvalid, "confirm"),
        ({"capture": "manual"}, payment_rejections.OptionInvalid, "capture"),
        ({"same_day": True}, payment_rejections.OptionInvalid, "same_day"),
    ],
)
async def test_an_exchange_is_what_its_quote_says(
    world: World, said: dict[str, Any], refusal: type[Exception], field: str
) -> None:
    await world.rate()
    ann, bob = await world.wallet(1_000), await world.wallet()
    with pytest.raises(refusal) as refused:
        await world.exchange(ann, bob, await world.quote(100), **said)
    assert getattr(refused.value, "field", None) == field


async def test_a_wallet_gets_what_it_holds(world: World) -> None:
    await world.rate(base="GBP")
    ann = await world.wallet(1_000)
    quote = await world.quote(100, buy_currency="GBP")
    with pytest.raises(wallet_rejections.CurrencyNotHeld) as refused:
        await world.exchange(ann, ann, quote)
    assert refused.value.field == "destination"


async def test_each_side_counts_in_its_own_currency(world: World) -> None:
    await world.rate("1.25")
    ann = await world.wallet(1_000)
    limit = wallet_commands.SetLimits(tier="basic", currency="EUR", direction="in", per_payment=80)
    await world.submit(limit)
    await world.exchange(ann, ann, await world.quote(100))
    with pytest.raises(wallet_rejections.LimitExceeded):
        await world.exchange(ann, ann, await world.quote(102))


async def test_the_payer_bears_the_fee_in_what_is_sold(world: World) -> None:
    await world.rate("1.25")
    await world.price(kinds=["exchange"], bearer="payee", minimum=7)
    ann = await world.wallet(1_000)
    paid = await world.exchange(ann, ann, await world.quote(100))
    assert paid.fee is not None
    assert (paid.fee.bearer, paid.fee.taken) == ("payer", "7")
    assert (await world.balance(ann), await world.in_euros(ann)) == (893, 80)


async def test_an_exchange_is_not_refunded(world: World) -> None:
    await world.rate()
    ann = await world.wallet(1_000)
    paid = await world.exchange(ann, ann, await world.quote(100))
    for asked in (
        commands.RefundPayment(payment=paid.id),
        commands.OpenDispute(payment=paid.id, reason="other"),
        commands.VoidPayment(payment=paid.id),
    ):
        with pytest.raises(payment_rejections.PaymentState):
            await world.submit(asked)


@pytest.mark.parametrize("seconds", [4, 3_601])
async def test_a_quote_is_good_for_a_while(world: World, seconds: int) -> None:
    await world.rate()
    with pytest.raises(rejections.QuoteInvalid):
        await world.quote(100, seconds=seconds)


async def test_books_with_exchanges_are_proven(stored: World, tmp_path: Any) -> None:
    await stored.rate("1.25", 30)
    ann = await stored.wallet(1_000)
    await stored.exchange(ann, ann, await stored.quote(100))
    await stored.quote(10)
    books = Books(stored.ledger, tmp_path / "keys")
    await books.seal()
    report = await books.verify()
    assert report.ok, report.finding
    spoilt = await books.verify_after("update fx_quote set buy_amount = buy_amount + 1")
    assert spoilt.finding is not None
    assert spoilt.finding.table == "fx_quote"
