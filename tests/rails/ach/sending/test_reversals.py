"""A payment is reversed, and comes back: its money is given back once."""

from __future__ import annotations

from typing import Any

import pytest

from culm.kernel import errors
from culm.ledger import commands as ledger
from culm.rails.ach.transfers import commands, events
from tests.rails.ach.sending.desk import ANN, BANK, CASH, SUSPENSE, Balance, returned
from tests.rails.ach.sending.world import World

LEFT, SETTLED, AFTER = ("2026-03-03", "20:00"), ("2026-03-04", "08:30"), ("2026-03-09", "12:00")


async def reverse(world: World) -> tuple[str, str]:
    """A payment that has settled, and its reversal, which waits for its cut-off."""
    payment = await world.pay("111", 4_000)
    await world.until("2026-03-03", "08:30")
    reversal = await world.ask(commands.ReverseTransfer(transfer=payment))
    assert await world.balance(ANN) == Balance(96_000, 4_000)
    return payment, reversal.id


async def test_a_payment_that_comes_back_before_its_reversal_has_left_needs_none(
    world: World,
) -> None:
    payment, reversal = await reverse(world)
    assert (await world.ask(returned(await world.transfer(payment)))).matched == 1
    assert (await world.transfer(payment)).state == "returned"
    assert (await world.transfer(reversal)).state == "cancelled"
    assert await world.balance(ANN) == Balance(100_000)
    await world.until(*AFTER)
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)


@pytest.mark.parametrize("when", [LEFT, SETTLED], ids=["left", "settled"])
async def test_what_is_collected_back_already_is_not_given_back_again(
    world: World, when: tuple[str, str]
) -> None:
    payment, _ = await reverse(world)
    await world.until(*when)
    assert (await world.ask(returned(await world.transfer(payment)))).unmatched == 1
    (fact,) = await world.facts_of(events.ReturnUnmatched)
    assert (fact.problem, fact.transfer) == ("reversed", payment)
    await world.until(*AFTER)
    assert (await world.transfer(payment)).state == "settled"
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(SUSPENSE) == Balance(4_000)


async def test_a_payment_whose_reversal_came_back_is_returned_as_any_other(world: World) -> None:
    payment, reversal = await reverse(world)
    await world.until(*SETTLED)
    await world.ask(returned(await world.transfer(reversal), reason="R10"))
    assert await world.balance(ANN) == Balance(96_000)
    await world.ask(returned(await world.transfer(payment)))
    assert (await world.transfer(payment)).state == "returned"
    assert await world.balance(ANN) == Balance(100_000)


async def test_a_payment_whose_reversal_was_rejected_is_returned_as_any_other(
    world: World,
) -> None:
    payment, reversal = await reverse(world)
    await world.sealing.destroy("acme", (await world.transfer(payment)).subject)
    await world.until(*LEFT)
    assert (await world.transfer(reversal)).state == "rejected"
    await world.ask(returned(await world.transfer(payment)))
    assert (await world.transfer(payment)).state == "returned"
    assert await world.balance(ANN) == Balance(100_000)


async def pay_back(world: World) -> tuple[str, str]:
    """A debit that has settled, and the credit by which it is paid back, which waits for its
    cut-off."""
    debit = await world.pay("111", 4_000, direction="debit", sec="WEB")
    await world.until("2026-03-03", "08:30")
    reversal = await world.ask(commands.ReverseTransfer(transfer=debit))
    assert (reversal.direction, reversal.sec, reversal.description) == ("credit", "WEB", "REVERSAL")
    assert await world.balance(ANN) == Balance(104_000, 0, 4_000)
    return debit, reversal.id


async def test_what_was_collected_in_error_is_paid_back_with_the_next_file(world: World) -> None:
    debit, reversal = await pay_back(world)
    await world.until(*LEFT)
    (_, batch, entry, *_) = world.files("in/done")[-1].read_text().splitlines()
    assert (batch[:4], batch[50:63], entry[:3]) == ("5220", "WEBREVERSAL  ", "622")
    assert entry[29:39] == "0000004000"
    await world.until(*SETTLED)
    assert (await world.transfer(reversal)).state == "settled"
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)
    (fact,) = await world.facts_of(events.TransferReversed)
    assert (fact.id, fact.amount, fact.reversal) == (debit, "4000", reversal)


@pytest.mark.parametrize(
    ("left", "freeze", "code"),
    [
        (3_999, "none", "insufficient_funds"),
        (104_000, "out", "account_frozen"),
    ],
)
async def test_what_the_account_has_not_got_is_not_paid_back(
    world: World, left: int, freeze: Any, code: str
) -> None:
    debit = await world.pay("111", 4_000, direction="debit")
    await world.until("2026-03-03", "08:30")
    if left < 104_000:
        await world.move(ANN, CASH, 104_000 - left)
    await world.ask(ledger.UpdateAccount(account=ANN, freeze=freeze))
    with pytest.raises(errors.Rejection) as refused:
        await world.ask(commands.ReverseTransfer(transfer=debit))
    assert refused.value.code == code
    assert (await world.transfer(debit)).followed == ""
    assert await world.balance(ANN) == Balance(left)
    await world.move(CASH, ANN, 1)
    await world.ask(ledger.UpdateAccount(account=ANN, freeze="none"))
    await world.ask(commands.ReverseTransfer(transfer=debit))


async def test_a_debit_that_comes_back_before_its_reversal_has_left_needs_none(
    world: World,
) -> None:
    debit, reversal = await pay_back(world)
    await world.move(ANN, CASH, 100_000)
    assert (await world.ask(returned(await world.transfer(debit), reason="R10"))).matched == 1
    assert (await world.transfer(debit)).shortfall == 0  # what was held for the other
    assert (await world.transfer(reversal)).state == "cancelled"
    await world.until(*AFTER)
    assert await world.balance(ANN) == Balance(0)
    assert await world.balance(BANK) == Balance(0)


@pytest.mark.parametrize("when", [LEFT, SETTLED], ids=["left", "settled"])
async def test_what_is_paid_back_already_is_not_taken_from_the_account_again(
    world: World, when: tuple[str, str]
) -> None:
    debit, _ = await pay_back(world)
    await world.until(*when)
    assert (await world.ask(returned(await world.transfer(debit), reason="R10"))).unmatched == 1
    (fact,) = await world.facts_of(events.ReturnUnmatched)
    assert (fact.problem, fact.transfer) == ("reversed", debit)
    await world.until(*AFTER)
    assert (await world.transfer(debit)).state == "settled"
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(SUSPENSE) == Balance(-4_000)


async def test_a_debit_whose_reversal_came_back_is_returned_as_any_other(world: World) -> None:
    debit, reversal = await pay_back(world)
    await world.until(*SETTLED)
    await world.ask(returned(await world.transfer(reversal)))
    assert await world.balance(ANN) == Balance(104_000)
    await world.ask(returned(await world.transfer(debit), reason="R10"))
    assert (await world.transfer(debit)).state == "returned"
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)
