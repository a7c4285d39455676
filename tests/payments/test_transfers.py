"""Transfers: money goes from one wallet to another at once."""

from __future__ import annotations

import pytest

from culm.ledger import rejections as ledger_rejections
from culm.payments import rejections
from tests.payments.world import World


async def test_a_transfer_moves_the_money_at_once(world: World) -> None:
    ann, bob = await world.wallet(10_000), await world.wallet()
    paid = await world.pay(ann, bob, 2_500, reference="rent", description="March")
    assert (paid.state, paid.captured, paid.fee) == ("captured", "2500", None)
    assert (await world.balance(ann), await world.balance(bob)) == (7_500, 2_500)
    assert await world.payment(paid.id) == paid


async def test_a_transfer_that_is_not_covered_leaves_nothing(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    for kind, capture in (("transfer", "automatic"), ("purchase", "manual")):
        with pytest.raises(ledger_rejections.InsufficientFunds) as refused:
            await world.pay(ann, bob, 101, kind=kind, capture=capture)
        assert refused.value.field == "source"
    assert (await world.balance(ann), await world.balance(bob)) == (100, 0)


async def test_a_key_pays_once(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    first = await world.pay(ann, bob, 10, key="once")
    assert await world.pay(ann, bob, 10, key="once") == first
    assert await world.balance(bob) == 10


async def test_the_standing_fee_is_added_to_what_the_payer_pays(world: World) -> None:
    await world.price(kinds=["transfer"], minimum=10)
    ann, bob = await world.wallet(10_000), await world.wallet()
    paid = await world.pay(ann, bob, 5_000)
    assert paid.fee is not None
    assert (paid.fee.amount, paid.fee.taken, paid.fee.bearer) == ("25", "25", "payer")
    assert await world.balance(ann) == 10_000 - 5_000 - 25
    assert (await world.balance(bob), await world.balance("income:fees:usd")) == (5_000, 25)


async def test_a_wallet_cannot_pay_itself(world: World) -> None:
    ann = await world.wallet(100)
    with pytest.raises(rejections.PartiesInvalid):
        await world.pay(ann, ann, 1)
