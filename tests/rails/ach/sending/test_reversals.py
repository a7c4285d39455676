"""A payment is collected back, and comes back: its money is given back once."""

from __future__ import annotations

import pytest

from culm.rails.ach.transfers import commands, events
from tests.rails.ach.sending.desk import ANN, BANK, SUSPENSE, Balance, returned
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
