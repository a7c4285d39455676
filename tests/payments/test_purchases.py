"""Purchases: fees and splits, captured at once or by hand, in one piece or in several."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from culm.kernel import errors
from culm.ledger import commands as ledger_commands
from culm.ledger import rejections as ledger_rejections
from culm.payments import commands, rejections, types
from culm.wallets import commands as wallet_commands
from culm.wallets import rejections as wallet_rejections
from tests.payments.world import World, code

HALF = {"fixed": 10, "basis_points": 100}
"""Ten cents and one per cent."""


async def capture(world: World, payment: str, amount: int | None = None, **more: Any) -> Any:
    """Capture a purchase."""
    return await world.submit(commands.CapturePayment(payment=payment, amount=amount, **more))


async def test_a_purchase_pays_the_payee_the_house_and_the_others(world: World) -> None:
    await world.price(kinds=["purchase"], bearer="payee", tiers=[HALF])
    ann, shop = await world.wallet(10_000), await world.wallet()
    tax, agent = await world.wallet(), await world.wallet()
    splits = [{"wallet": tax, "amount": 700}, {"wallet": agent, "basis_points": 333}]
    paid = await world.buy(ann, shop, 5_000, splits=splits)
    assert paid.state == "captured"
    assert [one.captured for one in paid.splits] == ["700", "166"]
    assert await world.balance(ann) == 5_000
    assert await world.balance("income:fees:usd") == 60
    assert (await world.balance(tax), await world.balance(agent)) == (700, 166)
    assert await world.balance(shop) == 5_000 - 60 - 700 - 166


async def test_whoever_gets_a_part_has_limits_too(world: World) -> None:
    limits = wallet_commands.SetLimits(tier="basic", currency="USD", direction="in", day_sum=1_000)
    await world.submit(limits)
    ann, tax = await world.wallet(10_000), await world.wallet()
    shops = [await world.wallet() for _ in range(3)]
    splits = [{"wallet": tax, "amount": 600}]
    held = await world.buy(ann, shops[0], 1_000, capture="manual", splits=splits)
    with pytest.raises(wallet_rejections.LimitExceeded) as refused:
        await world.buy(ann, shops[1], 1_000, splits=splits)
    assert refused.value.field == "splits"
    await capture(world, held.id, 500, final=True)  # what is not captured was not used
    await world.buy(ann, shops[1], 1_000, splits=splits)
    with pytest.raises(wallet_rejections.LimitExceeded):
        await world.buy(ann, shops[2], 1_000, splits=[{"wallet": tax, "amount": 101}])
    await world.buy(ann, shops[2], 1_000, splits=[{"wallet": tax, "amount": 100}])


async def test_what_is_authorised_is_held_until_it_is_captured(world: World) -> None:
    await world.price(kinds=["purchase"], tiers=[HALF])
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 5_000, capture="manual")
    assert (made.state, made.authorised, made.captured) == ("authorised", "5000", "0")
    assert (await world.balance(ann), await world.available(ann)) == (10_000, 10_000 - 5_060)
    done = await capture(world, made.id)
    assert (done.state, done.captured, done.expires) == ("captured", "5000", None)
    assert (await world.balance(ann), await world.available(ann)) == (4_940, 4_940)
    assert (await world.balance(shop), await world.balance("income:fees:usd")) == (5_000, 60)


@pytest.mark.parametrize("bearer", ["payer", "payee"])
async def test_captures_in_parts_come_to_exactly_what_was_agreed(
    bearer: types.Bearer, world: World
) -> None:
    await world.price(kinds=["purchase"], bearer=bearer, tiers=[HALF])
    ann, shop, tax = await world.wallet(10_000), await world.wallet(), await world.wallet()
    splits = [{"wallet": tax, "basis_points": 1_900}]
    made = await world.buy(ann, shop, 1_000, capture="manual", splits=splits)
    parts = [await capture(world, made.id, 333) for _ in range(3)]
    assert {part.state for part in parts} == {"authorised"}
    assert parts[-1].fee.taken == "19"  # 6.66 of 20, then 6.99 of 14, then 7.97 of 8
    done = await capture(world, made.id)
    assert (done.state, done.fee.taken, done.splits[0].captured) == ("captured", "20", "190")
    fees = 20 if bearer == "payer" else 0
    assert await world.balance(ann) == await world.available(ann) == 10_000 - 1_000 - fees
    assert await world.balance(shop) == 1_000 - 190 - (20 - fees)


async def test_the_rest_of_a_final_capture_is_let_go_with_its_part_of_the_fee(
    world: World,
) -> None:
    await world.price(kinds=["purchase"], tiers=[HALF])
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    done = await capture(world, made.id, 250, final=True)
    assert (done.state, done.captured, done.fee.taken) == ("captured", "250", "5")
    assert await world.balance(ann) == await world.available(ann) == 10_000 - 255


async def test_a_fee_too_small_for_a_part_leaves_nothing_held(world: World) -> None:
    await world.price(kinds=["purchase"], tiers=[{"fixed": 1}])
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    await capture(world, made.id, 1, final=True)
    assert await world.balance(ann) == await world.available(ann) == 9_999


async def test_more_than_is_authorised_is_not_captured(world: World) -> None:
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    await capture(world, made.id, 400)
    with pytest.raises(rejections.CaptureExceedsAuthorised):
        await capture(world, made.id, 601)


async def test_a_void_lets_go_of_everything_that_is_held(world: World) -> None:
    await world.price(kinds=["purchase"], tiers=[HALF])
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    done = await world.submit(commands.VoidPayment(payment=made.id))
    assert (done.state, done.captured) == ("voided", "0")
    assert await world.available(ann) == 10_000


async def test_what_the_books_refuse_of_a_capture_is_said_of_the_payment(world: World) -> None:
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    await world.submit(ledger_commands.UpdateAccount(account=code(shop), freeze="in"))
    with pytest.raises(errors.Rejection) as refused:
        await capture(world, made.id)
    assert (refused.value.code, refused.value.field) == ("account_frozen", "payment")


async def test_a_void_after_a_capture_keeps_what_was_captured(world: World) -> None:
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    await capture(world, made.id, 300)
    done = await world.submit(commands.VoidPayment(payment=made.id))
    assert (done.state, done.captured) == ("captured", "300")
    assert await world.available(ann) == 9_700


async def test_what_is_not_captured_in_time_expires(world: World) -> None:
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    assert made.expires is not None
    world.clock.now = made.expires
    with pytest.raises(rejections.PaymentPastExpiry):
        await capture(world, made.id)
    done = await world.submit(commands.ExpirePayment(payment=made.id))
    assert (done.state, done.expires) == ("expired", None)
    assert await world.available(ann) == 10_000
    assert await world.submit(commands.ExpirePayment(payment=made.id)) == done


async def test_a_payment_that_is_not_due_is_left_alone(world: World) -> None:
    ann, shop = await world.wallet(10_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, capture="manual")
    assert await world.submit(commands.ExpirePayment(payment=made.id)) == made


async def test_a_payment_waits_for_its_confirmation(world: World) -> None:
    ann, shop = await world.wallet(), await world.wallet()
    made = await world.buy(ann, shop, 1_000, confirm=False)
    assert (made.state, made.authorised, made.confirmed) == ("created", "0", None)
    with pytest.raises(errors.Rejection) as refused:
        await world.submit(commands.ConfirmPayment(payment=made.id))
    assert refused.value.code == "insufficient_funds"
    await world.book("assets:bank:tests", f"liabilities:wallets:{ann[4:]}:usd", 1_000)
    done = await world.submit(commands.ConfirmPayment(payment=made.id))
    assert (done.state, done.expires) == ("captured", None)
    with pytest.raises(rejections.PaymentState):
        await world.submit(commands.ConfirmPayment(payment=made.id))


@pytest.mark.parametrize("said", [None, timedelta(hours=2)])
async def test_what_is_confirmed_later_has_a_week_from_then_to_be_captured(
    said: timedelta | None, world: World
) -> None:
    ann, shop = await world.wallet(10), await world.wallet()
    at = None if said is None else (world.clock.now + said).isoformat()
    made = await world.buy(ann, shop, 10, capture="manual", confirm=False, expires=at)
    world.clock.advance(hours=1)
    done = await world.submit(commands.ConfirmPayment(payment=made.id))
    assert (done.state, done.expires) == ("authorised", world.clock.now + timedelta(days=7))


async def test_one_that_is_never_confirmed_expires_after_a_day(world: World) -> None:
    ann, shop = await world.wallet(10), await world.wallet()
    made = await world.buy(ann, shop, 10, confirm=False)
    world.clock.advance(days=1)
    with pytest.raises(rejections.PaymentPastExpiry):
        await world.submit(commands.ConfirmPayment(payment=made.id))
    done = await world.submit(commands.ExpirePayment(payment=made.id))
    assert done.state == "expired"


@pytest.mark.parametrize("expires", [timedelta(seconds=-1), timedelta(days=91)])
async def test_a_payment_expires_in_the_future_and_not_too_far(
    expires: timedelta, world: World
) -> None:
    ann, shop = await world.wallet(10), await world.wallet()
    at = (world.clock.now + expires).isoformat()
    with pytest.raises(rejections.ExpiryInvalid):
        await world.buy(ann, shop, 10, capture="manual", expires=at)


async def test_the_payee_bears_no_more_than_the_payment(world: World) -> None:
    ann, shop, tax = await world.wallet(10_000), await world.wallet(), await world.wallet()
    fees = await world.price(bearer="payee", tiers=[{"fixed": 100}])
    with pytest.raises(rejections.FeeExceedsAmount):
        await world.buy(ann, shop, 99, fee_schedule=fees.id)
    splits = [{"wallet": tax, "amount": 901}]
    with pytest.raises(rejections.FeeExceedsAmount):
        await world.buy(ann, shop, 1_000, fee_schedule=fees.id, splits=splits)
    splits = [{"wallet": tax, "amount": 900}]
    done = await world.buy(ann, shop, 1_000, fee_schedule=fees.id, splits=splits)
    assert (done.state, await world.balance(shop)) == ("captured", 0)


BAD_SPLITS: list[tuple[list[dict[str, Any]], str]] = [
    ([{"wallet": "wal_0000000000000001"}], "splits[0]"),
    ([{"wallet": "wal_0000000000000001", "amount": 1, "basis_points": 1}], "splits[0]"),
    ([{"wallet": "wal_0000000000000001", "amount": 1}] * 2, "splits[1].wallet"),
    ([{"wallet": "source", "amount": 1}], "splits[0].wallet"),
    ([{"wallet": "destination", "amount": 1}], "splits[0].wallet"),
    ([{"wallet": f"wal_{n:016x}", "amount": 1} for n in range(11)], "splits"),
]


@pytest.mark.parametrize(("splits", "field"), BAD_SPLITS)
async def test_splits_of_the_wrong_form_are_refused(
    splits: list[dict[str, Any]], field: str, world: World
) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    sides = {"source": ann, "destination": shop}
    named = [one | {"wallet": sides.get(one["wallet"], one["wallet"])} for one in splits]
    with pytest.raises(rejections.SplitsInvalid) as refused:
        await world.buy(ann, shop, 100, splits=named)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "more",
    [
        {"capture": "manual"},
        {"splits": [{"wallet": "wal_0000000000000001", "amount": 1}]},
        {"same_day": True},
    ],
)
async def test_a_transfer_has_nothing_of_a_purchase(more: dict[str, Any], world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    with pytest.raises(rejections.OptionInvalid) as refused:
        await world.pay(ann, bob, 1, **more)
    assert refused.value.field == next(iter(more))


async def test_what_is_authorised_expires_by_its_timer(stored: World) -> None:
    """On PostgreSQL, as the process that leads the timers does it."""
    from culm.timers import commands as timer_commands  # noqa: PLC0415

    ann, shop = await stored.wallet(10_000), await stored.wallet()
    made = await stored.buy(ann, shop, 1_000, capture="manual")
    stored.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    fired = await stored.submit(timer_commands.FireTimers(timers=(f"{made.id}:expiry",)))
    assert fired.fired == 1
    assert (await stored.payment(made.id)).state == "expired"
    assert await stored.available(ann) == 10_000


async def test_what_a_payment_holds_is_not_let_go_past_it(world: World) -> None:
    ann, shop = await world.wallet(5_000), await world.wallet()
    bought = await world.buy(ann, shop, 3_000, capture="manual")
    hold = (await world.row(bought.id)).hold
    for command in (ledger_commands.ReleaseHold(hold=hold), ledger_commands.CaptureHold(hold=hold)):
        with pytest.raises(ledger_rejections.HoldInUse):
            await world.submit(command)
    await world.submit(commands.CapturePayment(payment=bought.id))
    assert await world.balance(ann) == 2_000
