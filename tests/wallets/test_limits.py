"""Limits: what a wallet may do in a payment, a day and a month of UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from culm.ledger import rejections as ledger
from culm.timers import commands as timers
from culm.wallets import checks, commands, rejections, tables, types
from culm.wallets.reads import limits as reads
from tests.wallets import trial
from tests.wallets.conftest import ACME, World

ONE_OVER: list[tuple[dict[str, Any], list[int], int]] = [
    ({"per_payment": 50}, [50, 50], 51),
    ({"day_sum": 100}, [60, 40], 1),
    ({"day_count": 2}, [1, 1], 1),
    ({"month_sum": 100}, [60, 40], 1),
    ({"month_count": 2}, [1, 1], 1),
    ({"per_payment": 0}, [], 1),
]


@pytest.mark.parametrize(("limits", "paid", "more"), ONE_OVER, ids=str)
async def test_what_fits_exactly_passes_and_one_more_does_not(
    small_world: World, limits: dict[str, Any], paid: list[int], more: int
) -> None:
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 1_000)
    await small_world.limit(**limits)
    for amount in paid:
        await small_world.pay(wallet.id, amount)
    with pytest.raises(rejections.LimitExceeded) as refused:
        await small_world.pay(wallet.id, more)
    assert next(iter(limits)) in refused.value.message
    assert refused.value.field == "amount"


async def test_the_sentence_says_which_limit_it_is_and_what_is_left(small_world: World) -> None:
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 1_000)
    await small_world.limit(day_sum=100)
    await small_world.pay(wallet.id, 70)
    with pytest.raises(rejections.LimitExceeded) as refused:
        await small_world.pay(wallet.id, 31)
    assert refused.value.message == (
        "The payment would go past the limit day_sum of the tier basic for USD out: it is 100, "
        "of which 30 are left."
    )


async def test_a_new_day_begins_at_zero_and_a_month_goes_on(small_world: World) -> None:
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 1_000)
    await small_world.limit(day_sum=100, month_sum=150)
    await small_world.pay(wallet.id, 100)
    small_world.clock.advance(days=1)
    await small_world.pay(wallet.id, 50)
    with pytest.raises(rejections.LimitExceeded, match="month_sum"):
        await small_world.pay(wallet.id, 1)
    small_world.clock.advance(days=40)
    await small_world.pay(wallet.id, 100)


async def test_directions_currencies_and_wallets_count_for_themselves(small_world: World) -> None:
    ann, ben = await small_world.wallet("USD", "EUR"), await small_world.wallet()
    await small_world.limit(day_count=1)
    await small_world.limit(day_count=1, currency="EUR")
    for wallet, currency in ((ann, "USD"), (ann, "EUR"), (ben, "USD")):
        for _ in range(2):
            await small_world.pay_in(wallet.id, 10, currency=currency)
        await small_world.pay(wallet.id, 1, currency=currency)
        with pytest.raises(rejections.LimitExceeded):
            await small_world.pay(wallet.id, 1, currency=currency)


async def test_what_is_voided_was_not_used_on_the_day_on_which_it_was_paid(
    small_world: World,
) -> None:
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 1_000)
    await small_world.limit(day_sum=100, month_sum=150)
    first = await small_world.pay(wallet.id, 100)
    small_world.clock.advance(days=1)
    await small_world.pay(wallet.id, 40)
    await small_world.submit(trial.Void(first))
    with pytest.raises(rejections.LimitExceeded, match="day_sum"):
        await small_world.pay(wallet.id, 61)
    await small_world.pay(wallet.id, 60)
    with pytest.raises(rejections.LimitExceeded, match="day_sum"):
        await small_world.pay(wallet.id, 1)


async def test_lower_limits_count_what_was_used_before(small_world: World) -> None:
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 1_000)
    await small_world.pay(wallet.id, 80)
    await small_world.limit(day_sum=50)
    with pytest.raises(rejections.LimitExceeded, match="of which 0 are left"):
        await small_world.pay(wallet.id, 1)
    await small_world.limit()
    await small_world.pay(wallet.id, 500)


async def test_days_are_those_of_the_tenants_virtual_clock(small_world: World) -> None:
    from culm.ledger import commands as ledger_commands  # noqa: PLC0415

    evening = datetime(2026, 1, 31, 23, 0, tzinfo=UTC)
    begun = ledger_commands.CreateTenant(name="Sand", sandbox=True, clock=evening)
    await small_world.submit(begun, tenant="sand")

    async def submit(command: Any) -> Any:
        return await small_world.ledger.submit(command, tenant="sand")

    small_world.submit = submit  # type: ignore[assignment]
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 1_000)
    await small_world.limit(month_count=1)
    await small_world.pay(wallet.id, 1)
    small_world.clock.advance(days=40)
    with pytest.raises(rejections.LimitExceeded):
        await small_world.pay(wallet.id, 1)
    midnight = datetime(2026, 2, 1, 0, 0, tzinfo=UTC)
    await submit(timers.AdvanceClock(to=midnight))
    await submit(timers.RunClock(timers=(), news=0, whole=True))
    await small_world.pay(wallet.id, 1)


async def test_what_is_used_is_kept_in_the_database(world: World) -> None:
    wallet = await world.wallet()
    await world.pay_in(wallet.id, 10**36)
    await world.pay(wallet.id, 10**35)
    await world.limit(day_sum=str(10**35), month_count=7)
    key: types.UseKey = (wallet.id, "USD", "out")
    stored = await world.ledger.store.load(tables.USES, 0, [key])
    day = datetime(2026, 3, 2, tzinfo=UTC).date()
    assert stored[key] == types.Use("acme", wallet.id, "USD", "out", day, 10**35, 1, 10**35, 1)
    limits = ("acme", "basic", "USD", "out")
    kept = await world.ledger.store.load(tables.LIMITS, 0, [limits])
    assert kept[limits] == types.Limits(
        "acme", "basic", "USD", "out", day_sum=10**35, month_count=7
    )


async def test_what_is_used_is_told_with_the_limits_of_the_tier(world: World) -> None:
    plus = await world.customer(tier="plus")
    wallet = await world.wallet(customer=plus)
    await world.limit(day_sum=5)
    await world.limit(tier="plus", day_sum=500, month_count=9)
    await world.pay_in(wallet.id, 100)
    await world.pay(wallet.id, 60)
    world.clock.advance(days=1)
    for wait, day_sum, month_sum in ((0, "0", "60"), (0, "7", "67"), (60, "0", "0")):
        now = world.clock.advance(days=wait)
        told = await reads.uses(world.ledger.db, **ACME, wallet=wallet.id, now=now)
        assert told.tier == "plus"
        [use] = told.uses
        assert (use.day, use.day_sum, use.month_sum) == (now.date(), day_sum, month_sum)
        assert (use.limits.day_sum, use.limits.month_count) == ("500", 9)
        if day_sum == "0" and not wait:
            await world.pay(wallet.id, 7)


async def test_limits_that_are_set_again_are_recorded_once(small_world: World) -> None:
    before = await small_world.limit(day_sum=5)
    landed = small_world.ledger.book.tally.turns["landed"]
    assert await small_world.limit(day_sum="5") == before
    assert small_world.ledger.book.tally.turns["landed"] == landed


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"tier": "Basic"}, "tier"),
        ({"tier": "x" * 33}, "tier"),
        ({"per_payment": 10**38}, "per_payment"),
        ({"day_sum": -1}, "day_sum"),
        ({"month_sum": "1.5"}, "month_sum"),
        ({"day_count": -1}, "day_count"),
        ({"month_count": checks.MAX_COUNT + 1}, "month_count"),
    ],
)
async def test_limits_have_a_form(small_world: World, limits: dict[str, Any], field: str) -> None:
    wished = {"tier": "basic", "currency": "USD", "direction": "out", **limits}
    with pytest.raises(rejections.LimitsInvalid) as refused:
        await small_world.submit(commands.SetLimits(**wished))
    assert refused.value.field == field


async def test_a_currency_that_is_none_has_no_limits(small_world: World) -> None:
    with pytest.raises(ledger.CurrencyUnknown):
        await small_world.limit(currency="ZZZ")
