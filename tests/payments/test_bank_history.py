"""What a wallet's history calls that which goes to a bank, comes from one, and comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from culm.rails.ach.transfers import commands, events
from culm.wallets import views as wallet_views
from culm.wallets.reads import history
from tests import conftest
from tests.payments.test_banks import R01, SOUND
from tests.payments.test_banks import World as Banks
from tests.rails.ach.sending import desk

LATE = "991000001"
LATE_AND_CONTESTED = "991000301"


async def nobody(_customers: Collection[str]) -> dict[str, str]:
    """Nobody has a name."""
    return {}


class World(Banks):
    """The tenant acme, and what its wallets read."""

    async def lines(self, wallet: str) -> list[wallet_views.WalletTransaction]:
        """What is told of a wallet, newest first."""
        where = {"partition": 0, "tenant": "acme"}
        page = await history.history(self.ledger.db, **where, wallet=wallet, names=nobody)  # type: ignore[arg-type]
        return list(page.items)

    async def told(self, wallet: str) -> list[tuple[str, str, str]]:
        """The kind, the words and the amount of each line."""
        return [(one.kind, one.title, one.amount) for one in await self.lines(wallet)]


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """On PostgreSQL, on a virtual clock that stands on a Monday at 10:00 in New York."""
    async with conftest.ledger_on(database_url) as ledger:
        world = World(ledger, tmp_path)
        await world.open(clock=desk.MONDAY)
        yield world
        if world.bank is not None:
            world.bank.close()


@pytest.mark.parametrize("kind", ["withdrawal", "payout"])
async def test_what_goes_to_a_bank_account_is_called_what_it_is_also_when_it_comes_back(
    world: World, kind: str
) -> None:
    account = await world.link(R01)
    wallet = await world.wallet(account, 10_000)
    made = await world.make(kind, wallet, account.id, description="For March")
    await world.settled(2)
    await world.until("2026-03-05", "12:00")
    word = kind.capitalize()
    assert (await world.told(wallet))[:2] == [
        ("return", f"{word} returned by the bank", "5000"),
        (kind, f"{word} to bank account", "-5000"),
    ]
    back, sent = (await world.lines(wallet))[:2]
    assert {(one.payment, one.description) for one in (back, sent)} == {(made.id, "For March")}


@pytest.mark.parametrize("kind", ["withdrawal", "payout"])
async def test_what_was_reversed_reads_as_reversed_and_not_as_a_top_up(
    world: World, kind: str
) -> None:
    account = await world.link(SOUND)
    wallet = await world.wallet(account, 10_000)
    made = await world.make(kind, wallet, account.id)
    await world.settled(2)
    assert made.transfer is not None
    await world.ask(commands.ReverseTransfer(transfer=made.transfer))
    await world.settled(3)
    word = kind.capitalize()
    assert (await world.told(wallet))[0] == ("bank_reversal", f"{word} reversed", "5000")
    (_, queued) = await world.facts_of(events.TransferQueued)
    reversal = await world.transfer(queued.id)
    await world.ask(desk.returned(reversal, reason="R10"))
    assert (await world.told(wallet))[0] == (
        "reversal_return",
        "Reversal returned by the bank",
        "-5000",
    )
    assert {one.payment for one in (await world.lines(wallet))[:3]} == {made.id}


async def test_a_top_up_that_was_reversed_reads_as_reversed(world: World) -> None:
    account = await world.verified(SOUND)
    wallet = await world.wallet(account)
    made = await world.make("top_up", account.id, wallet)
    await world.settled(3)
    assert made.transfer is not None
    reversal = await world.ask(commands.ReverseTransfer(transfer=made.transfer))
    await world.settled(4)
    assert (await world.told(wallet))[0] == ("bank_reversal", "Top-up reversed", "-5000")
    await world.ask(desk.returned(await world.transfer(reversal.id)))
    assert (await world.told(wallet))[0] == (
        "reversal_return",
        "Reversal returned by the bank",
        "5000",
    )
    assert {one.payment for one in await world.lines(wallet)} == {made.id}


async def test_a_withdrawal_whose_return_is_refused_reads_so(world: World) -> None:
    account = await world.link(R01)
    wallet = await world.wallet(account, 5_000)
    made = await world.make("withdrawal", wallet, account.id)
    await world.settled(2)
    await world.until("2026-03-04", "12:00")
    assert made.transfer is not None
    await world.ask(commands.DishonourReturn(transfer=made.transfer, code="R61"))
    await world.settled(4)
    assert (await world.told(wallet))[0] == (
        "dishonoured_return",
        "Return of the withdrawal refused",
        "-5000",
    )


async def test_a_late_return_that_is_dishonoured_and_contested_is_told_step_by_step(
    world: World,
) -> None:
    account = await world.verified(LATE_AND_CONTESTED)
    wallet = await world.wallet(account)
    await world.make("top_up", account.id, wallet)
    await world.settled(3)
    await world.until("2026-03-10", "09:00")
    await world.until("2026-03-11", "08:30")
    await world.until("2026-03-11", "09:00")
    assert await world.told(wallet) == [
        ("contested_return", "Top-up returned by the bank again", "-5000"),
        ("dishonoured_return", "Return of the top-up refused", "5000"),
        ("return", "Top-up returned by the bank", "-5000"),
        ("top_up", "Top-up from bank account", "5000"),
    ]
