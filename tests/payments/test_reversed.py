"""A payment that was made in error is reversed, and says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from culm.kernel import errors
from culm.ledger import commands as ledger_commands
from culm.payments import commands, events, types, views
from culm.rails.ach.transfers import commands as transfers
from culm.wallets import types as wallet_types
from tests import conftest
from tests.payments import test_banks
from tests.rails.ach.sending import desk


class World(test_banks.World):
    """The tenant acme, which takes payments back."""

    async def sent(self, kind: str = "payout") -> tuple[str, views.Payment]:
        """A wallet, and what it has paid to a bank account."""
        account = await self.link(test_banks.SOUND)
        wallet = await self.wallet(account, 10_000)
        made = await self.make(kind, wallet, account.id)
        await self.settled(2)
        return wallet, made

    async def collected(self) -> tuple[str, views.Payment]:
        """A wallet, and what it was topped up with, its fee taken."""
        account = await self.verified()
        wallet = await self.wallet(account)
        await self.fee("top_up", 25)
        made = await self.make("top_up", account.id, wallet)
        await self.settled(3)
        await self.move(desk.CASH, wallet_types.code(wallet, "USD"), 25)
        return wallet, made

    async def reverse(self, made: views.Payment) -> str:
        """Have it collected back: the transfer that does."""
        assert made.transfer is not None
        reversal = await self.ask(transfers.ReverseTransfer(transfer=made.transfer))
        return str(reversal.id)

    async def come_back(self, transfer: str, reason: str) -> None:
        """The other bank returns a transfer."""
        await self.ask(desk.returned(await self.transfer(transfer), reason=reason))
        await self.settle_down()

    async def noted(self, news: msgspec.Struct) -> int:
        """How many payments some news has changed."""
        done: commands.Noted = await self.ask(news)
        return done.changed


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """On PostgreSQL, on a virtual clock that stands on a Monday at 10:00 in New York."""
    async with conftest.ledger_on(database_url) as ledger:
        world = World(ledger, tmp_path)
        await world.open(clock=desk.MONDAY)
        yield world
        if world.bank is not None:
            world.bank.close()


def stands(payment: types.Payment) -> tuple[str, str, int]:
    """How a payment stands."""
    return payment.state, payment.failure, payment.returned


@pytest.mark.parametrize("kind", ["payout", "withdrawal"])
async def test_what_is_collected_back_is_returned(world: World, kind: str) -> None:
    wallet, made = await world.sent(kind)
    await world.reverse(made)
    await world.until("2026-03-03", "20:01")
    assert stands(await world.payment(made)) == ("captured", "", 0)
    await world.until("2026-03-04", "08:30")
    assert stands(await world.payment(made)) == ("returned", "reversed", 5_000)
    assert await world.posted(wallet) == 10_000
    (told,) = await world.facts_of(events.PaymentReturned)
    assert (told.reason, told.amount, told.unclaimed) == ("reversed", "5000", "0")


async def test_what_the_wallet_may_not_take_is_collected_back_and_set_apart(world: World) -> None:
    wallet, made = await world.sent()
    code = wallet_types.code(wallet, "USD")
    await world.ask(ledger_commands.UpdateAccount(account=code, freeze="both"))
    await world.reverse(made)
    await world.settled(3)
    assert stands(await world.payment(made)) == ("returned", "reversed", 5_000)
    assert (await world.posted(wallet), await world.posted(desk.SUSPENSE)) == (5_000, 5_000)
    (told,) = await world.facts_of(events.PaymentReturned)
    assert told.unclaimed == "5000"


async def test_what_the_other_bank_does_not_let_us_take_is_captured_again(world: World) -> None:
    wallet, made = await world.sent()
    reversal = await world.reverse(made)
    await world.settled(3)
    await world.spend(wallet, 8_000)
    await world.come_back(reversal, "R17")
    assert stands(await world.payment(made)) == ("captured", "", 0)
    assert await world.posted(wallet) == 0
    (told,) = await world.facts_of(events.PaymentRestored)
    assert (told.reason, told.amount, told.shortfall) == ("R17", "5000", "3000")


async def test_a_reversal_that_comes_back_before_it_has_settled_changes_nothing(
    world: World,
) -> None:
    wallet, made = await world.sent()
    reversal = await world.reverse(made)
    await world.until("2026-03-03", "20:01")
    await world.come_back(reversal, "R02")
    await world.until("2026-03-09", "12:00")
    assert stands(await world.payment(made)) == ("captured", "", 0)
    assert await world.posted(wallet) == 5_000
    assert not await world.facts_of(events.PaymentReturned)


async def test_a_payment_whose_reversal_failed_may_come_back_itself(world: World) -> None:
    wallet, made = await world.sent()
    reversal = await world.reverse(made)
    await world.settled(3)
    await world.come_back(reversal, "R17")
    assert made.transfer is not None
    await world.come_back(made.transfer, "R03")
    assert stands(await world.payment(made)) == ("returned", "R03", 5_000)
    assert await world.posted(wallet) == 10_000


async def test_news_of_a_reversal_may_come_late_and_twice(world: World) -> None:
    _, made = await world.sent()
    assert made.transfer is not None
    reversal = await world.reverse(made)
    news = commands.NoteReversal(payment=made.id, reversal=reversal)
    assert await world.noted(news) == 0, "it waits for its cut-off"
    await world.settled(3)
    assert await world.noted(news) == 0
    other = commands.NoteReversal(payment=made.id, reversal=made.transfer)
    nobody = commands.NoteReversal(payment="pay_0000000000000001", reversal=reversal)
    assert (await world.noted(other), await world.noted(nobody)) == (0, 0)
    assert stands(await world.payment(made)) == ("returned", "reversed", 5_000)
    await world.come_back(reversal, "R17")
    row = await world.payment(made)
    assert stands(row) == ("captured", "", 0)
    assert await world.noted(news) == 0
    assert await world.payment(made) == row


async def test_a_top_up_that_was_collected_in_error_is_paid_back(world: World) -> None:
    wallet, made = await world.collected()
    await world.reverse(made)
    balances = await world.balances(wallet)
    assert (balances.posted, balances.available) == (5_000, 0)
    await world.until("2026-03-04", "20:01")
    assert stands(await world.payment(made)) == ("captured", "", 0)
    await world.until("2026-03-05", "08:30")
    assert stands(await world.payment(made)) == ("returned", "reversed", 5_000)
    assert await world.posted(wallet) == 0
    (told,) = await world.facts_of(events.PaymentReturned)
    assert (told.reason, told.shortfall, told.unclaimed) == ("reversed", "0", "0")


async def test_a_top_up_is_not_paid_back_from_what_the_wallet_has_not_got(world: World) -> None:
    wallet, made = await world.collected()
    await world.spend(wallet, 1)
    with pytest.raises(errors.Rejection) as refused:
        await world.reverse(made)
    assert refused.value.code == "insufficient_funds"
    assert stands(await world.payment(made)) == ("captured", "", 0)


async def test_a_top_up_whose_reversal_comes_back_is_captured_again(world: World) -> None:
    wallet, made = await world.collected()
    reversal = await world.reverse(made)
    await world.settled(4)
    await world.come_back(reversal, "R03")
    assert stands(await world.payment(made)) == ("captured", "", 0)
    assert await world.posted(wallet) == 5_000
    (told,) = await world.facts_of(events.PaymentRestored)
    assert (told.reason, told.amount, told.unclaimed) == ("R03", "5000", "0")


async def test_what_comes_back_to_a_wallet_that_takes_nothing_is_set_apart(world: World) -> None:
    wallet, made = await world.collected()
    reversal = await world.reverse(made)
    await world.settled(4)
    await world.ask(ledger_commands.CloseAccount(account=wallet_types.code(wallet, "USD")))
    await world.come_back(reversal, "R03")
    assert stands(await world.payment(made)) == ("captured", "", 0)
    (told,) = await world.facts_of(events.PaymentRestored)
    assert (told.shortfall, told.unclaimed) == ("0", "5000")
    assert await world.posted(desk.SUSPENSE) == 5_000


async def test_a_top_up_that_comes_back_before_its_reversal_has_left_is_returned_once(
    world: World,
) -> None:
    wallet, made = await world.collected()
    assert made.transfer is not None
    reversal = await world.reverse(made)
    await world.come_back(made.transfer, "R10")
    assert stands(await world.payment(made)) == ("returned", "R10", 5_000)
    assert (await world.transfer(reversal)).state == "cancelled"
    await world.until("2026-03-10", "12:00")
    assert stands(await world.payment(made)) == ("returned", "R10", 5_000)
    assert await world.posted(wallet) == 0


async def test_a_top_up_that_comes_back_after_its_reversal_has_left_is_set_apart(
    world: World,
) -> None:
    wallet, made = await world.collected()
    assert made.transfer is not None
    await world.reverse(made)
    await world.settled(4)
    await world.come_back(made.transfer, "R10")
    assert stands(await world.payment(made)) == ("returned", "reversed", 5_000)
    assert (await world.posted(wallet), await world.posted(desk.SUSPENSE)) == (0, -5_000)


@pytest.mark.parametrize("first", ["reversal", "payment"])
async def test_what_came_back_after_its_reversal_had_is_known_whatever_is_heard_first(
    world: World, first: str
) -> None:
    _, made = await world.sent()
    assert made.transfer is not None
    reversal = await world.reverse(made)
    await world.settled(3)
    for transfer, reason in ((reversal, "R17"), (made.transfer, "R03")):
        await world.ask(desk.returned(await world.transfer(transfer), reason=reason))
    news = {
        "reversal": commands.NoteReversal(payment=made.id, reversal=reversal),
        "payment": commands.NoteReturned(payment=made.id, transfer=made.transfer, reason="R03"),
    }
    await world.noted(news.pop(first))
    await world.noted(news.popitem()[1])
    assert stands(await world.payment(made)) == ("returned", "R03", 5_000)
    await world.settle_down()
    assert stands(await world.payment(made)) == ("returned", "R03", 5_000)
    assert [one.reason for one in await world.facts_of(events.PaymentRestored)] == ["R17"]
    assert len(await world.facts_of(events.PaymentReturned)) == 2
