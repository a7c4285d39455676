"""What payments cost, and how amounts are shared out: arithmetic to the last minor unit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.kernel import errors
from culm.payments import commands, prices, rejections, sharing, types
from tests.payments.world import World

Tier = types.Tier


def schedule(*tiers: Tier, **more: Any) -> types.FeeSchedule:
    """A schedule of these tiers, rounded half up."""
    wished: dict[str, Any] = {
        "graduated": False,
        "minimum": 0,
        "maximum": None,
        "rounding": "half_up",
        **more,
    }
    return types.FeeSchedule(
        id="fee_0000000000000001",
        number=1,
        tenant="acme",
        name="",
        currency="USD",
        tiers=tiers,
        bearer="payer",
        refunds="kept",
        kinds=(),
        retired=False,
        created=datetime(2026, 3, 2, tzinfo=UTC),
        **wished,
    )


FIXED = schedule(Tier(fixed=30))
PERCENT = schedule(Tier(basis_points=150))
BOTH = schedule(Tier(fixed=30, basis_points=290))
BOUNDED = schedule(Tier(basis_points=100), minimum=50, maximum=500)
BY_SIZE = schedule(Tier(1_000, 10), Tier(10_000, basis_points=100), Tier(fixed=50))
BY_SLICE = schedule(Tier(1_000, basis_points=200), Tier(basis_points=100), graduated=True)


@pytest.mark.parametrize(
    ("of", "amount", "fee"),
    [
        (FIXED, 1, 30),
        (PERCENT, 10_000, 150),
        (PERCENT, 33, 0),  # 0.495
        (PERCENT, 34, 1),  # 0.51
        (BOTH, 10_000, 320),
        (BOUNDED, 100, 50),
        (BOUNDED, 10_000, 100),
        (BOUNDED, 1_000_000, 500),
        (BY_SIZE, 1_000, 10),
        (BY_SIZE, 1_001, 10),  # 10.01
        (BY_SIZE, 10_000, 100),
        (BY_SIZE, 10_001, 50),
        (BY_SLICE, 1_000, 20),
        (BY_SLICE, 3_000, 40),
        (schedule(Tier(2, 1), Tier(None, 5), graduated=True), 3, 6),
    ],
)
def test_a_fee_is_that_of_its_tier_within_its_bounds(
    of: types.FeeSchedule, amount: int, fee: int
) -> None:
    assert prices.fee(of, amount) == fee


@pytest.mark.parametrize(
    ("rounding", "halves"),
    [
        ("half_up", [0, 1, 2, 3]),
        ("half_even", [0, 0, 2, 2]),
        ("up", [0, 1, 2, 3]),
        ("down", [0, 0, 1, 2]),
    ],
)
def test_halves_are_rounded_as_the_schedule_says(
    rounding: types.Rounding, halves: list[int]
) -> None:
    assert [prices.rounded(points, rounding) for points in (0, 5_000, 15_000, 25_000)] == halves
    assert prices.rounded(4_999, rounding) == (1 if rounding == "up" else 0)
    assert prices.rounded(5_001, rounding) == (0 if rounding == "down" else 1)


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**5), min_size=1, max_size=8))
def test_what_comes_in_parts_comes_exactly_and_never_goes_back(left: int, steps: list[int]) -> None:
    of, taken = sum(steps), 0
    for step in steps:
        portion = sharing.portion(step, of=of, left=left - taken)
        assert 0 <= portion <= left - taken
        taken, of = taken + portion, of - step
    assert taken == left


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"tiers": []}, "tiers"),
        ({"tiers": [{"up_to": 5}]}, "tiers"),
        ({"tiers": [{"fixed": 1}, {"fixed": 2}]}, "tiers[0].up_to"),
        ({"tiers": [{"up_to": 5}, {"up_to": 5}, {}]}, "tiers[1].up_to"),
        ({"tiers": [{"basis_points": 10_001}]}, "tiers[0].basis_points"),
        ({"tiers": [{"basis_points": -1}]}, "tiers[0].basis_points"),
        ({"minimum": 5, "maximum": 4}, "maximum"),
        ({"kinds": ["transfer", "transfer"]}, "kinds"),
    ],
)
async def test_a_schedule_of_the_wrong_form_is_refused(
    more: dict[str, Any], field: str, world: World
) -> None:
    with pytest.raises(rejections.FeeScheduleInvalid) as refused:
        await world.price(**more)
    assert refused.value.field == field


async def test_a_currency_that_nobody_knows_has_no_price(world: World) -> None:
    with pytest.raises(errors.Rejection) as refused:
        await world.price(currency="ABC")
    assert refused.value.code == "currency_unknown"


async def test_the_newest_schedule_of_a_kind_is_its_price_until_it_is_retired(
    world: World,
) -> None:
    ann, bob = await world.wallet(10_000), await world.wallet()
    await world.price(kinds=["transfer"], tiers=[{"fixed": 5}])
    newest = await world.price(kinds=["transfer", "purchase"], tiers=[{"fixed": 7}])
    paid = await world.pay(ann, bob, 100)
    assert paid.fee is not None
    assert (paid.fee.schedule, paid.fee.amount) == (newest.id, "7")
    retired = await world.submit(commands.RetireFeeSchedule(schedule=newest.id))
    assert retired.retired
    assert (await world.pay(ann, bob, 100)).fee is None
    with pytest.raises(rejections.FeeScheduleUnusable):
        await world.pay(ann, bob, 100, fee_schedule=newest.id)


async def test_a_payment_is_priced_by_the_schedule_that_it_names(world: World) -> None:
    ann, bob = await world.wallet(10_000), await world.wallet()
    await world.price(kinds=["transfer"], tiers=[{"fixed": 5}])
    named = await world.price(tiers=[{"fixed": 9}])
    paid = await world.pay(ann, bob, 100, fee_schedule=named.id)
    assert paid.fee is not None
    assert paid.fee.amount == "9"
    euros = await world.price(currency="EUR")
    with pytest.raises(rejections.FeeScheduleUnusable):
        await world.pay(ann, bob, 100, fee_schedule=euros.id)
    with pytest.raises(rejections.FeeScheduleNotFound):
        await world.pay(ann, bob, 100, fee_schedule="fee_00000000000fffff")


def test_a_schedule_says_all_that_it_was_asked() -> None:
    asked = commands.CreateFeeSchedule(name="a", currency="USD", tiers=(commands.Tier(),))
    assert set(msgspec.structs.asdict(asked)) <= set(types.FeeSchedule.__struct_fields__)
