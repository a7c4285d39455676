"""Rates: what currencies cost, as data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from culm.fx import rejections
from culm.ledger import rejections as ledger_rejections
from tests.fx.world import World


async def test_a_rate_is_replaced_by_the_next(world: World) -> None:
    await world.rate("1.25")
    assert (await world.rate("1.5", 30)).rate == "1.5"
    assert (await world.quote(1_500)).buy_amount == "997"


async def test_a_rate_serves_both_ways(world: World) -> None:
    await world.rate("1.25")
    assert (await world.quote(125)).buy_amount == "100"
    back = await world.quote(100, sell_currency="EUR", buy_currency="USD")
    assert back.buy_amount == "125"


async def test_a_pair_has_one_rate(world: World) -> None:
    await world.rate()
    with pytest.raises(rejections.PairReversed):
        await world.rate(base="USD", counter="EUR")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"rate": "0.000"}, rejections.RateInvalid),
        ({"rate": "-1"}, rejections.RateInvalid),
        ({"rate": "1e3"}, rejections.RateInvalid),
        ({"rate": "1.0000000000001"}, rejections.RateInvalid),
        ({"rate": "01.5"}, rejections.RateInvalid),
        ({"spread_basis_points": 5_001}, rejections.RateInvalid),
        ({"counter": "EUR"}, rejections.PairInvalid),
        ({"counter": "XTS"}, ledger_rejections.CurrencyUnknown),
    ],
)
async def test_what_is_no_rate_is_refused(
    world: World, said: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await world.rate(**said)


@pytest.mark.parametrize("days", [0, 367])
async def test_a_rate_is_valid_until_some_later_time(world: World, days: int) -> None:
    with pytest.raises(rejections.RateInvalid):
        await world.rate(valid_until=world.clock.now + timedelta(days=days))


async def test_a_rate_is_not_quoted_when_its_time_is_over(world: World) -> None:
    with pytest.raises(rejections.NoRate):
        await world.quote(100)
    await world.rate()
    await world.quote(100)
    world.clock.advance(days=2)
    with pytest.raises(rejections.NoRate):
        await world.quote(100)
