"""Prices: exact, and rounded once in favour of the house."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from culm.fx import pricing, rejections, types

NOW = datetime(2026, 3, 2, tzinfo=UTC)

rates = st.decimals("0.000001", "100000", places=6).map(lambda value: format(value, "f"))
spreads = st.integers(0, 5_000)
amounts = st.integers(1, 10**12)
scales = st.integers(0, 4)
fixed = st.sampled_from(["sell", "buy"])


def rate(text: str, spread: int = 0, base: str = "EUR", counter: str = "USD") -> types.Rate:
    return types.Rate(
        tenant="acme",
        base=base,
        counter=counter,
        rate=text,
        spread_basis_points=spread,
        valid_until=NOW,
        set=NOW,
    )


def price(
    of: types.Rate, pair: pricing.Pair, amount: int, side: types.Fixed = "sell"
) -> pricing.Amounts:
    return pricing.amounts(of, pair, amount=amount, fixed=side)


@pytest.mark.parametrize(
    ("text", "spread", "pair", "amount", "side", "expected"),
    [
        ("1.0842", 0, ("USD", 2, "EUR", 2), 10_000, "sell", (10_000, 9_223)),
        ("1.0842", 50, ("USD", 2, "EUR", 2), 10_000, "sell", (10_000, 9_177)),
        ("1.0842", 50, ("USD", 2, "EUR", 2), 9_177, "buy", (10_000, 9_177)),
        ("1.0842", 0, ("EUR", 2, "USD", 2), 10_000, "sell", (10_000, 10_842)),
        ("1.0842", 50, ("EUR", 2, "USD", 2), 10_000, "sell", (10_000, 10_787)),
        ("160.5", 0, ("EUR", 2, "JPY", 0), 100, "sell", (100, 160)),
        ("160.5", 0, ("EUR", 2, "JPY", 0), 161, "buy", (101, 161)),
        ("160.5", 0, ("JPY", 0, "EUR", 2), 1_000, "sell", (1_000, 623)),
        ("0.33", 0, ("EUR", 2, "KWD", 3), 1, "sell", (1, 3)),
    ],
)
def test_prices_are_as_worked_out_by_hand(
    text: str,
    spread: int,
    pair: tuple[str, int, str, int],
    amount: int,
    side: types.Fixed,
    expected: tuple[int, int],
) -> None:
    counter = next(one for one in (pair[0], pair[2]) if one != "EUR")
    of = rate(text, spread, counter=counter)
    assert price(of, pricing.Pair(*pair), amount, side) == expected


@given(text=rates, spread=spreads, amount=amounts, scale=scales, other=scales, side=fixed)
def test_the_house_gives_no_more_and_takes_no_less_than_the_rate(
    text: str, spread: int, amount: int, scale: int, other: int, side: types.Fixed
) -> None:
    pair = pricing.Pair("EUR", scale, "USD", other)
    try:
        found = price(rate(text, spread), pair, amount, side)
    except rejections.AmountUnfit:
        return
    fair = Fraction(text) * Fraction(10_000 - spread, 10_000) * Fraction(10) ** (other - scale)
    exact = found.sell * fair
    assert found.buy <= exact
    if side == "sell":
        assert found.sell == amount
        assert exact - found.buy < 1
    else:
        assert found.buy == amount
        assert (found.sell - 1) * fair < found.buy


@given(text=rates, spread=spreads, amount=amounts, scale=scales, other=scales, back=fixed)
def test_there_and_back_nobody_has_more_than_before(
    text: str, spread: int, amount: int, scale: int, other: int, back: types.Fixed
) -> None:
    of = rate(text, spread)
    try:
        there = price(of, pricing.Pair("EUR", scale, "USD", other), amount)
        wanted = there.buy if back == "sell" else amount
        home = price(of, pricing.Pair("USD", other, "EUR", scale), wanted, back)
    except rejections.AmountUnfit:
        reject()
    if back == "sell":
        assert home.buy <= amount
    else:
        assert home.sell >= there.buy


@pytest.mark.parametrize(("amount", "side"), [(1, "sell"), (10**38 - 1, "buy")])
def test_what_comes_to_nothing_or_too_much_has_no_price(amount: int, side: types.Fixed) -> None:
    with pytest.raises(rejections.AmountUnfit):
        price(rate("1.5"), pricing.Pair("USD", 2, "EUR", 2), amount, side)
