"""After the capture: refunds and disputes, their caps, and who has the money."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from culm.kernel import errors
from culm.ledger import commands as ledger_commands
from culm.payments import commands, rejections, views
from culm.timers import commands as timer_commands
from culm.wallets import commands as wallet_commands
from tests.payments.world import World, code


async def refund(
    world: World, payment: str, amount: int | None = None, **more: Any
) -> views.Refund:
    """Give something back."""
    made: views.Refund = await world.submit(
        commands.RefundPayment(payment=payment, amount=amount, **more)
    )
    return made


async def dispute(world: World, payment: str, amount: int | None = None) -> views.Dispute:
    """Contest something."""
    made: views.Dispute = await world.submit(
        commands.OpenDispute(payment=payment, amount=amount, reason="not_received")
    )
    return made


async def resolve(world: World, dispute: str, outcome: Any) -> views.Dispute:
    """End a dispute."""
    made: views.Dispute = await world.submit(
        commands.ResolveDispute(dispute=dispute, outcome=outcome)
    )
    return made


async def test_a_payment_goes_back_in_parts_and_no_further(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet(1_000)
    paid = await world.buy(ann, shop, 1_000)
    first = await refund(world, paid.id, 300, reason="duplicate", reference="rma-1")
    assert (first.state, first.amount, first.reason) == ("succeeded", "300", "duplicate")
    with pytest.raises(rejections.RefundExceedsCaptured):
        await refund(world, paid.id, 701)
    assert (await refund(world, paid.id)).amount == "700"
    with pytest.raises(rejections.RefundExceedsCaptured):
        await refund(world, paid.id)
    after = await world.payment(paid.id)
    assert (after.state, after.refunded) == ("captured", "1000")
    assert (await world.balance(ann), await world.balance(shop)) == (1_000, 1_000)


async def test_the_caps_hold_against_64_refunds_at_once(stored: World) -> None:
    ann, shop = await stored.wallet(1_000), await stored.wallet(10_000)
    paid = await stored.buy(ann, shop, 1_000)
    asked = [refund(stored, paid.id, 37) for _ in range(64)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    done = [one for one in answers if isinstance(one, views.Refund)]
    refused = [one for one in answers if isinstance(one, rejections.RefundExceedsCaptured)]
    assert (len(done), len(refused)) == (1_000 // 37, 64 - 1_000 // 37)
    after = await stored.payment(paid.id)
    assert int(after.refunded) == 37 * len(done)
    assert await stored.balance(ann) == 37 * len(done)


async def test_captures_refunds_and_disputes_at_once_stay_within_the_caps(stored: World) -> None:
    ann, shop = await stored.wallet(1_000), await stored.wallet(10_000)
    paid = await stored.buy(ann, shop, 1_000, capture="manual")
    asked: list[Any] = []
    for _ in range(20):
        asked.append(stored.submit(commands.CapturePayment(payment=paid.id, amount=90)))
        asked.append(refund(stored, paid.id, 70))
        asked.append(dispute(stored, paid.id, 40))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, errors.Rejection) for one in answers if isinstance(one, Exception))
    row = await stored.row(paid.id)
    assert (row.captured, row.authorised) == (990, 1_000)
    assert row.refunded + row.disputed <= row.captured
    assert row.refundable < 70
    assert await stored.balance(ann) == 1_000 - row.captured + row.refunded
    assert await stored.balance("liabilities:disputes:usd") == row.disputed


@pytest.mark.parametrize(("refunds", "back"), [("kept", 0), ("proportional", 50)])
@pytest.mark.parametrize("bearer", ["payer", "payee"])
async def test_the_fee_of_a_refund_is_kept_or_goes_back_as_the_schedule_says(
    bearer: str, refunds: str, back: int, world: World
) -> None:
    await world.price(kinds=["purchase"], bearer=bearer, refunds=refunds, tiers=[{"fixed": 50}])
    ann, shop = await world.wallet(2_000), await world.wallet(1_000)
    paid = await world.buy(ann, shop, 1_000)
    for amount in (333, 333, 334):
        await refund(world, paid.id, amount)
    after = await world.payment(paid.id)
    assert after.fee is not None
    assert after.fee.refunded == str(back)
    assert await world.balance("income:fees:usd") == 50 - back
    assert await world.balance(ann) == 2_000 - (50 - back) * (bearer == "payer")
    assert await world.balance(shop) == 1_000 - (50 - back) * (bearer == "payee")


async def test_of_what_is_contested_no_fee_goes_back(world: World) -> None:
    await world.price(kinds=["purchase"], refunds="proportional", tiers=[{"fixed": 50}])
    ann, shop = await world.wallet(2_000), await world.wallet(1_000)
    paid = await world.buy(ann, shop, 1_000)
    opened = await dispute(world, paid.id, 500)
    assert (await refund(world, paid.id)).fee == "25"
    await resolve(world, opened.id, "won")
    assert (await refund(world, paid.id)).fee == "25"
    assert await world.balance("income:fees:usd") == 0


async def test_receivers_of_a_split_give_back_theirs_when_asked(world: World) -> None:
    ann, shop, tax = await world.wallet(1_000), await world.wallet(), await world.wallet()
    paid = await world.buy(ann, shop, 1_000, splits=[{"wallet": tax, "basis_points": 1_900}])
    await refund(world, paid.id, 333, from_splits=True)
    assert (await world.balance(tax), await world.balance(shop)) == (190 - 63, 810 - 270)
    await refund(world, paid.id, from_splits=True)
    after = await world.payment(paid.id)
    assert (after.splits[0].captured, after.splits[0].refunded) == ("190", "190")
    assert (await world.balance(tax), await world.balance(shop)) == (0, 0)
    assert await world.balance(ann) == 1_000


async def test_what_the_payee_bore_alone_is_not_taken_from_the_receivers_again(
    world: World,
) -> None:
    ann, shop, tax = await world.wallet(100), await world.wallet(100), await world.wallet()
    paid = await world.buy(ann, shop, 100, splits=[{"wallet": tax, "amount": 90}])
    await refund(world, paid.id, 50)
    await refund(world, paid.id, 50, from_splits=True)
    assert (await world.balance(tax), await world.balance(shop)) == (40, 60)
    assert await world.balance(ann) == 100


async def test_a_refund_that_is_not_covered_is_refused(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    await world.spend(shop, 1)
    with pytest.raises(errors.Rejection) as refused:
        await refund(world, paid.id)
    assert (refused.value.code, refused.value.field) == ("insufficient_funds", "payment")
    assert (await world.payment(paid.id)).refunded == "0"


async def test_or_it_waits_until_it_is_covered(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    await world.spend(shop, 1_000)
    waiting = await refund(world, paid.id, wait=True)
    assert waiting.state == "pending"
    with pytest.raises(rejections.RefundExceedsCaptured):
        await refund(world, paid.id, 1)
    await _day(world, waiting.id)
    assert (await world.payment(paid.id)).refunded == "1000"
    await world.book("assets:bank:tests", code(shop), 1_000)
    await _day(world, waiting.id)
    assert await world.balance(ann) == 1_000
    done = await world.submit(commands.TryRefund(refund=waiting.id))
    assert done.state == "succeeded"


async def test_after_seven_days_it_has_failed_and_claims_nothing_more(world: World) -> None:
    await world.price(kinds=["purchase"], refunds="proportional", tiers=[{"fixed": 10}])
    ann, shop = await world.wallet(1_010), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    await world.spend(shop, 1_000)
    waiting = await refund(world, paid.id, wait=True)
    for _ in range(7):
        assert (await world.payment(paid.id)).refunded == "1000"
        await _day(world, waiting.id)
    assert (await world.submit(commands.TryRefund(refund=waiting.id))).state == "failed"
    after = await world.payment(paid.id)
    assert after.fee is not None
    assert (after.refunded, after.fee.refunded) == ("0", "0")
    assert await world.balance("income:fees:usd") == 10
    await world.book("assets:bank:tests", code(shop), 1_000)
    assert (await refund(world, paid.id)).state == "succeeded"


async def _day(world: World, refund_id: str) -> None:
    """A day goes by, and the timer fires."""
    world.clock.advance(days=1)
    fired = await world.submit(timer_commands.FireTimers(timers=(f"{refund_id}:trial",)))
    assert (fired.fired, fired.failed) == (1, {})


async def test_what_is_contested_is_set_aside_and_goes_to_who_is_right(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    first, second = await dispute(world, paid.id, 400), await dispute(world, paid.id, 500)
    assert (first.state, first.held) == ("open", "400")
    assert await world.balance(shop) == 100
    with pytest.raises(rejections.RefundExceedsCaptured):
        await refund(world, paid.id, 101)
    assert (await resolve(world, first.id, "won")).state == "won"
    assert (await resolve(world, second.id, "lost")).state == "lost"
    after = await world.payment(paid.id)
    assert (after.state, after.disputed) == ("captured", "500")
    assert (await world.balance(ann), await world.balance(shop)) == (500, 500)
    assert await world.balance("liabilities:disputes:usd") == 0
    for outcome in ("won", "lost"):
        with pytest.raises(rejections.DisputeEnded):
            await resolve(world, first.id, outcome)


async def test_a_payee_who_gives_in_loses(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    opened = await dispute(world, paid.id)
    done = await world.submit(commands.AcceptDispute(dispute=opened.id))
    assert done.state == "accepted"
    assert await world.balance(ann) == 1_000


async def test_what_the_payee_does_not_have_is_the_houses_loss(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    await world.spend(shop, 800)
    opened = await dispute(world, paid.id)
    assert (opened.amount, opened.held) == ("1000", "200")
    await resolve(world, opened.id, "lost")
    assert await world.balance(ann) == 1_000
    assert await world.balance("expenses:disputes:usd") == 800


async def test_a_dispute_takes_from_a_frozen_wallet_and_a_refund_does_not(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    await world.submit(wallet_commands.FreezeWallet(wallet=shop))
    with pytest.raises(errors.Rejection) as refused:
        await refund(world, paid.id)
    assert refused.value.code == "wallet_frozen"
    assert (await dispute(world, paid.id)).held == "1000"


async def test_money_for_an_account_that_was_closed_meanwhile_is_kept_for_it(
    world: World,
) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    paid = await world.buy(ann, shop, 1_000)
    opened = await dispute(world, paid.id)
    await world.submit(ledger_commands.CloseAccount(account=code(shop)))
    await resolve(world, opened.id, "won")
    assert await world.balance("liabilities:suspense:usd") == 1_000


async def test_nothing_is_refunded_before_anything_was_captured(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    made = await world.buy(ann, shop, 1_000, confirm=False)
    for asked in (refund(world, made.id), dispute(world, made.id)):
        with pytest.raises(rejections.PaymentState):
            await asked


async def test_what_is_unknown_is_not_found(world: World) -> None:
    nobody = "0000000000ffffff"
    with pytest.raises(rejections.PaymentNotFound):
        await refund(world, f"pay_{nobody}")
    with pytest.raises(rejections.DisputeNotFound):
        await resolve(world, f"dis_{nobody}", "won")
    with pytest.raises(rejections.RefundNotFound):
        await world.submit(commands.TryRefund(refund=f"ref_{nobody}"))
