"""Wallets: made, used, frozen and closed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from culm.ledger import api as ledger
from culm.ledger import commands as ledger_commands
from culm.ledger import rejections as ledger_rejections
from culm.wallets import commands, rejections, types, views
from culm.wallets.reads import wallets as reads
from tests.wallets.conftest import ACME, World


def amounts(wallet: views.Wallet) -> dict[str, tuple[str, str, str, str]]:
    """Available, held, pending and posted, by currency."""
    return {b.currency: (b.available, b.held, b.pending, b.posted) for b in wallet.balances}


async def test_a_wallet_begins_with_nothing_in_each_of_its_currencies(world: World) -> None:
    wallet = await world.wallet("USD", "EUR")
    assert wallet.state == "active"
    assert amounts(wallet) == {"USD": ("0",) * 4, "EUR": ("0",) * 4}
    assert await reads.wallet(world.ledger.db, **ACME, wallet=wallet.id) == wallet


async def test_money_moves_through_its_account_in_the_ledger(world: World) -> None:
    wallet = await world.wallet("USD", "EUR")
    await world.pay_in(wallet.id, 500)
    await world.pay(wallet.id, 120)
    found = await reads.wallet(world.ledger.db, **ACME, wallet=wallet.id)
    assert amounts(found) == {"USD": ("380", "0", "0", "380"), "EUR": ("0",) * 4}
    assert found.balances[0].account == types.code(wallet.id, "USD")


async def test_what_is_held_is_not_available_and_what_is_coming_is_pending(world: World) -> None:
    ann, ben = await world.wallet(), await world.wallet()
    await world.pay_in(ann.id, 500)
    await world.pay_in(ben.id, 1)
    sides: dict[str, Any] = {
        "debit": types.code(ann.id, "USD"),
        "credit": types.code(ben.id, "USD"),
    }
    await world.submit(ledger_commands.PlaceHold(**sides, amount=200))
    page = await reads.wallets(world.ledger.db, **ACME)
    assert [amounts(one)["USD"] for one in page.items] == [
        ("1", "0", "200", "1"),
        ("300", "200", "0", "500"),
    ]


async def test_a_wallet_never_gives_more_than_is_available(small_world: World) -> None:
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 100)
    with pytest.raises(ledger.InsufficientFunds):
        await small_world.pay(wallet.id, 101)


@pytest.mark.parametrize(("directions", "shut"), [("in", "in"), ("out", "out"), ("both", "in out")])
async def test_a_frozen_wallet_takes_part_in_nothing_new(
    small_world: World, directions: types.Direction, shut: str
) -> None:
    wallet = await small_world.wallet()
    await small_world.pay_in(wallet.id, 100)
    frozen = await small_world.submit(
        commands.FreezeWallet(wallet=wallet.id, directions=directions, reason="lost")
    )
    assert (frozen.state, frozen.freeze, frozen.reason) == ("frozen", directions, "lost")
    assert amounts(frozen) == {"USD": ("100", "0", "0", "100")}
    for direction in ("in", "out"):
        if direction in shut:
            with pytest.raises(rejections.WalletFrozen):
                await small_world.pay(wallet.id, 1, direction=direction)
        else:
            await small_world.pay(wallet.id, 1, direction=direction)
        await small_world.pay(wallet.id, 1, direction=direction, settled=True)
    thawed = await small_world.submit(commands.UnfreezeWallet(wallet=wallet.id))
    assert (thawed.state, thawed.reason) == ("active", None)
    await small_world.pay(wallet.id, 1)


async def test_only_an_empty_wallet_is_closed_and_its_accounts_with_it(world: World) -> None:
    ann, ben = await world.wallet("USD", "EUR"), await world.wallet()
    await world.pay_in(ann.id, 100)
    await world.pay_in(ben.id, 100)
    with pytest.raises(rejections.WalletNotEmpty):
        await world.submit(commands.CloseWallet(wallet=ann.id))
    sides: dict[str, Any] = {
        "debit": types.code(ann.id, "USD"),
        "credit": types.code(ben.id, "USD"),
    }
    hold = await world.submit(ledger_commands.PlaceHold(**sides, amount=100))
    for one in (ann, ben):
        with pytest.raises(rejections.WalletHasHolds):
            await world.submit(commands.CloseWallet(wallet=one.id))
    await world.submit(ledger_commands.CaptureHold(hold=hold.id))
    closed = await world.submit(commands.CloseWallet(wallet=ann.id))
    assert closed.state == "closed"
    assert await reads.wallet(world.ledger.db, **ACME, wallet=ann.id) == closed
    for more in ({}, {"settled": True}, {"currency": "EUR", "settled": True}):
        with pytest.raises(rejections.WalletClosed):
            await world.pay_in(ann.id, 1, **more)
    with pytest.raises(ledger_rejections.AccountClosed):
        await world.submit(ledger_commands.PlaceHold(**sides, amount=1))


async def test_a_currency_is_held_once_it_was_added(small_world: World) -> None:
    wallet = await small_world.wallet("USD")
    with pytest.raises(rejections.CurrencyNotHeld):
        await small_world.pay_in(wallet.id, 5, currency="EUR")
    for _ in range(2):
        more = await small_world.submit(commands.AddCurrency(wallet=wallet.id, currency="EUR"))
        assert [b.currency for b in more.balances] == ["USD", "EUR"]
    await small_world.pay_in(wallet.id, 5, currency="EUR")


async def test_what_is_left_out_of_an_update_stays(small_world: World) -> None:
    wallet = await small_world.wallet()
    await small_world.submit(commands.UpdateWallet(wallet=wallet.id, metadata={"plan": "plus"}))
    after = await small_world.submit(commands.UpdateWallet(wallet=wallet.id, name="Holidays"))
    assert (after.name, after.metadata) == ("Holidays", {"plan": "plus"})


async def test_the_wallets_of_somebody_else_are_not_there(world: World) -> None:
    wallet = await world.wallet()
    await world.submit(ledger_commands.CreateTenant(name="Other"), tenant="other")
    with pytest.raises(rejections.WalletNotFound):
        await world.submit(commands.FreezeWallet(wallet=wallet.id), tenant="other")
    with pytest.raises(rejections.WalletNotFound):
        await reads.wallet(world.ledger.db, partition=0, tenant="other", wallet=wallet.id)
    assert (await reads.wallets(world.ledger.db, partition=0, tenant="other")).items == ()


async def test_wallets_are_listed_newest_first_by_customer_and_state(world: World) -> None:
    ann = await world.customer()
    made = [(await world.wallet(customer=ann)).id for _ in range(5)]
    await world.submit(commands.FreezeWallet(wallet=made[3]))
    seen, cursor = [], None
    while True:
        page = await reads.wallets(
            world.ledger.db, **ACME, customer=ann, state="active", cursor=cursor, limit=2
        )
        seen += [one.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == [made[n] for n in (4, 2, 1, 0)]


async def test_a_thousand_wallets_are_made_at_once(world: World) -> None:
    """None waits for the id of another."""
    ann = await world.customer()
    made = await asyncio.gather(*[world.wallet("USD", "EUR", customer=ann) for _ in range(1_000)])
    paid = await asyncio.gather(*[world.pay_in(one.id, 1) for one in made])
    assert len({one.wallet for one in paid}) == 1_000


@pytest.mark.parametrize(
    ("code", "wallet"),
    [
        ("liabilities:wallets:00000000000000a1:usd", "wal_00000000000000a1"),
        ("liabilities:wallets:00000000000000a1", "wal_00000000000000a1"),
        ("liabilities:wallets:a1:usd", None),
        ("liabilities:walletsx:00000000000000a1:usd", None),
        ("liabilities:customers:ann", None),
        ("income:fees:usd", None),
    ],
)
def test_the_wallet_of_an_account_is_known_by_its_code(code: str, wallet: str | None) -> None:
    assert types.wallet_of(code) == wallet
