"""What goes to a bank and comes from one: through the rail, the sandbox bank, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from culm.bank_accounts import rejections as bank_rejections
from culm.bank_accounts import views as bank_views
from culm.kernel import errors, pages
from culm.ledger import commands as ledger_commands
from culm.ledger import tables as ledger_tables
from culm.payments import commands, events, reactors, rejections, tables, types, views
from culm.payments.reads import payments
from culm.rails.ach import calendar
from culm.rails.ach.transfers import events as transfers
from culm.timers import commands as timers
from culm.wallets import commands as wallet_commands
from culm.wallets import types as wallet_types
from tests import conftest
from tests.bank_accounts import world as banks
from tests.rails.ach.sending import desk

SOUND = "123456789"
R03 = "990000003"
R01 = "990000001"
R02_BEFORE = "992000002"
FILE_REFUSED = "9700000001"


class World(banks.World):
    """The tenant acme, whose customers have wallets and bank accounts."""

    REACTORS = (*banks.World.REACTORS, *reactors.REACTORS)

    async def wallet(self, account: bank_views.Record, funds: int = 0) -> str:
        """A wallet of whom a bank account belongs to."""
        command = wallet_commands.CreateWallet(customer=account.customer, currencies=("USD",))
        wallet: str = (await self.ask(command)).id
        code = wallet_types.code(wallet, "USD")
        await self.ask(ledger_commands.OpenAccount(code=code, currency="USD", minimum=0))
        if funds:
            await self.move(desk.CASH, code, funds)
        return wallet

    async def spend(self, wallet: str, amount: int) -> None:
        """Take money out past all payments."""
        await self.move(wallet_types.code(wallet, "USD"), desk.CASH, amount)

    async def verified(self, number: str = SOUND) -> bank_views.Record:
        """A bank account that may be collected from."""
        account = await self.link(number)
        await self.deposits(account.id)
        await self.settled(2)
        sent = await self.facts_of(transfers.TransferQueued)
        return await self.tell(account.id, *[int(one.amount) for one in sent[-2:]])

    async def settled(self, day: int) -> None:
        """What waits on a day of March is sent that evening, and settles in the morning."""
        await self.until(f"2026-03-{day:02}", "20:01")
        await self.until(f"2026-03-{day + 1:02}", "08:30")

    async def make(
        self, kind: str, source: str, destination: str, amount: int = 5_000, **more: Any
    ) -> views.Payment:
        """A payment."""
        asked = {"kind": kind, "source": source, "destination": destination, "amount": amount}
        command = msgspec.convert({"currency": "USD", **asked, **more}, commands.CreatePayment)
        made: views.Payment = await self.ask(command)
        return made

    async def fee(self, kind: str, cents: int) -> None:
        """What payments of a kind cost."""
        tiers = (commands.Tier(fixed=cents),)
        schedule = commands.CreateFeeSchedule(
            name="fees",
            currency="USD",
            tiers=tiers,
            kinds=(kind,),  # type: ignore[arg-type]
        )
        await self.ask(schedule)

    async def payment(self, payment: views.Payment) -> types.Payment:
        """A payment as it is now."""
        found = await self.ledger.store.load(tables.PAYMENTS, 0, [payment.id])
        row: types.Payment = found[payment.id]
        return row

    async def balances(self, wallet_or_code: str) -> Any:
        """What is posted and held."""
        code = wallet_or_code
        if ":" not in code:
            code = wallet_types.code(wallet_or_code, "USD")
        key = ("acme", code)
        found = await self.ledger.store.load(ledger_tables.CODES, 0, [key])
        account = found[key]
        return (await self.ledger.store.load(ledger_tables.BALANCES, 0, [account]))[account]

    async def posted(self, wallet_or_code: str) -> int:
        """What is posted."""
        return int((await self.balances(wallet_or_code)).posted)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """On PostgreSQL, on a virtual clock that stands on a Monday at 10:00 in New York."""
    async with conftest.ledger_on(database_url) as ledger:
        world = World(ledger, tmp_path)
        await world.open(clock=desk.MONDAY)
        yield world
        if world.bank is not None:
            world.bank.close()


async def test_a_withdrawal_is_held_until_it_settles(world: World) -> None:
    await world.fee("withdrawal", 25)
    account = await world.link(SOUND)
    wallet = await world.wallet(account, 10_000)
    made = await world.make("withdrawal", wallet, account.id)
    assert (made.state, made.authorised, made.captured) == ("processing", "5000", "0")
    balances = await world.balances(wallet)
    assert (balances.posted, balances.available) == (10_000 - 25, 5_000 - 25)
    await world.settled(2)
    done = await world.payment(made)
    assert (done.state, done.captured) == ("captured", 5_000)
    assert await world.posted(wallet) == 10_000 - 5_025


async def test_a_payment_was_made_and_settled_by_the_clock_of_its_tenant(world: World) -> None:
    account = await world.link(SOUND)
    wallet = await world.wallet(account, 10_000)
    await world.until("2026-03-17", "12:00")
    began = await world.now()
    made = await world.make("withdrawal", wallet, account.id)
    assert (made.created, made.updated, made.confirmed) == (began, began, began)
    await world.settled(17)
    done = await world.payment(made)
    assert done.created == began
    assert done.updated == await world.now()
    where: dict[str, Any] = {"partition": 0, "tenant": "acme"}
    spans: list[tuple[dict[str, Any], list[str]]] = [
        ({"created": pages.Span(began)}, [made.id]),
        ({"created": pages.Span(began + timedelta(seconds=1))}, []),
        ({"created": pages.Span(before=began)}, []),
    ]
    for span, found in spans:
        page = await payments.payments(world.db, **where, **span)
        assert [one.id for one in page.items] == found


async def test_a_payout_goes_to_anybodys_account_and_a_withdrawal_does_not(world: World) -> None:
    own, others = await world.link(SOUND), await world.link(SOUND)
    wallet = await world.wallet(own, 10_000)
    with pytest.raises(rejections.NotOwnAccount):
        await world.make("withdrawal", wallet, others.id)
    assert (await world.make("payout", wallet, others.id)).state == "processing"


async def test_what_comes_back_after_it_settled_is_given_back(world: World) -> None:
    await world.fee("withdrawal", 25)
    account = await world.link(R03)
    wallet = await world.wallet(account, 10_000)
    made = await world.make("withdrawal", wallet, account.id)
    await world.settled(2)
    assert (await world.payment(made)).state == "captured"
    await world.until("2026-03-05", "12:00")
    done = await world.payment(made)
    assert (done.state, done.failure, done.returned) == ("returned", "R03", 5_000)
    assert await world.posted(wallet) == 10_000 - 25


async def test_a_return_that_is_read_before_its_settlement_is_known_changes_nothing(
    world: World,
) -> None:
    await world.fee("withdrawal", 25)
    account = await world.link(R03)
    wallet = await world.wallet(account, 10_000)
    made = await world.make("withdrawal", wallet, account.id)
    await world.until("2026-03-02", "20:01")
    await world.ask(timers.AdvanceClock(to=calendar.moment(date(2026, 3, 5), "12:00")))
    await world.fire()  # that it has settled is known, and booked by nobody yet
    assert world.bank is not None
    world.bank.advance(await world.now())
    await world.read_inbox()
    await world.settle_down()
    done = await world.payment(made)
    assert (done.state, done.failure, done.returned) == ("returned", "R03", 5_000)
    assert await world.posted(wallet) == 10_000 - 25


async def test_what_comes_back_before_it_settled_has_failed(world: World) -> None:
    await world.fee("withdrawal", 25)
    account = await world.link(R02_BEFORE)
    wallet = await world.wallet(account, 10_000)
    made = await world.make("withdrawal", wallet, account.id)
    await world.until("2026-03-05", "12:00")
    done = await world.payment(made)
    assert (done.state, done.failure, done.captured) == ("failed", "R02", 0)
    balances = await world.balances(wallet)
    assert (balances.posted, balances.held_out) == (10_000, 0)


async def test_what_the_bank_refuses_has_failed(world: World) -> None:
    account = await world.link(FILE_REFUSED)
    wallet = await world.wallet(account, 10_000)
    made = await world.make("withdrawal", wallet, account.id)
    await world.until("2026-03-03", "12:00")
    done = await world.payment(made)
    assert (done.state, done.failure) == ("failed", reactors.REFUSED)
    assert (await world.balances(wallet)).available == 10_000


async def test_a_fee_that_its_wallet_cannot_take_back_is_set_apart_and_holds_up_nobody(
    world: World,
) -> None:
    await world.fee("withdrawal", 25)
    account = await world.link(FILE_REFUSED)
    frozen, other = await world.wallet(account, 10_000), await world.wallet(account, 10_000)
    made = [await world.make("withdrawal", one, account.id) for one in (frozen, other)]
    code = wallet_types.code(frozen, "USD")
    await world.ask(ledger_commands.UpdateAccount(account=code, freeze="both"))
    await world.until("2026-03-03", "12:00")
    assert {(await world.payment(one)).state for one in made} == {"failed"}
    assert (await world.posted(frozen), await world.posted(other)) == (10_000 - 25, 10_000)
    assert await world.posted(desk.SUSPENSE) == 25


async def test_a_top_up_is_pending_until_it_settles_and_pays_its_fee_then(world: World) -> None:
    await world.fee("top_up", 40)
    account = await world.verified()
    wallet = await world.wallet(account)
    made = await world.make("top_up", account.id, wallet)
    assert made.fee is not None
    assert (made.state, made.fee.bearer, made.fee.taken) == ("processing", "payee", "0")
    balances = await world.balances(wallet)
    assert (balances.posted, balances.held_in) == (0, 5_000)
    await world.settled(3)
    done = await world.payment(made)
    assert done.fee is not None
    assert (done.state, done.fee.taken) == ("captured", 40)
    assert await world.posted(wallet) == 4_960


async def test_of_a_top_up_that_comes_back_what_was_spent_is_owed(world: World) -> None:
    account = await world.verified(R01)
    wallet = await world.wallet(account)
    made = await world.make("top_up", account.id, wallet)
    await world.settled(3)
    await world.spend(wallet, 3_000)
    await world.until("2026-03-09", "12:00")
    assert (await world.payment(made)).state == "returned"
    (back,) = await world.facts_of(events.PaymentReturned)
    assert (back.reason, back.amount, back.shortfall) == ("R01", "5000", "3000")
    assert await world.posted(wallet) == 0


async def test_the_fee_of_a_top_up_that_came_back_is_kept_whatever_is_heard_first(
    world: World,
) -> None:
    await world.fee("top_up", 40)
    account = await world.verified(R01)
    wallet = await world.wallet(account, 100)
    made = await world.make("top_up", account.id, wallet)
    assert made.transfer is not None
    await world.ask(commands.NoteReturned(payment=made.id, transfer=made.transfer, reason="R01"))
    row = await world.payment(made)
    assert row.fee is not None
    assert (row.state, row.captured, row.returned, row.fee.taken) == ("returned", 5_000, 5_000, 40)
    assert await world.posted(wallet) == 60
    await world.until("2026-03-09", "12:00")
    assert await world.payment(made) == row
    assert await world.posted(wallet) == 60


async def test_a_bank_account_is_collected_from_only_once_it_is_verified(world: World) -> None:
    account = await world.link(SOUND)
    wallet = await world.wallet(account)
    with pytest.raises(bank_rejections.BankAccountNotVerified):
        await world.make("top_up", account.id, wallet)


async def test_a_payment_is_taken_back_until_its_cut_off(world: World) -> None:
    await world.fee("withdrawal", 25)
    account = await world.link(SOUND)
    wallet = await world.wallet(account, 10_000)
    first = await world.make("withdrawal", wallet, account.id)
    done = await world.ask(commands.VoidPayment(payment=first.id))
    assert (done.state, done.fee.refunded) == ("voided", "25")
    assert (await world.balances(wallet)).available == 10_000
    second = await world.make("withdrawal", wallet, account.id)
    await world.until("2026-03-02", "20:30")
    with pytest.raises(rejections.PaymentSent):
        await world.ask(commands.VoidPayment(payment=second.id))


async def test_what_never_moved_does_not_count_towards_the_limits(world: World) -> None:
    limits = {"tier": "basic", "currency": "USD", "direction": "out", "day_sum": 5_000}
    await world.ask(msgspec.convert(limits, wallet_commands.SetLimits))
    account = await world.link(SOUND)
    wallet = await world.wallet(account, 10_000)
    made = await world.make("withdrawal", wallet, account.id)
    with pytest.raises(errors.Rejection) as refused:
        await world.make("withdrawal", wallet, account.id, 1)
    assert refused.value.code == "limit_exceeded"
    await world.ask(commands.VoidPayment(payment=made.id))
    assert (await world.make("withdrawal", wallet, account.id)).state == "processing"


async def test_a_bank_carries_dollars_only(world: World) -> None:
    account = await world.link(SOUND)
    wallet = await world.wallet(account, 10_000)
    with pytest.raises(rejections.CurrencyInvalid):
        await world.make("withdrawal", wallet, account.id, currency="EUR")


async def test_news_may_come_late_twice_and_in_any_order(world: World) -> None:
    account = await world.link(SOUND)
    wallet = await world.wallet(account, 10_000)
    made = await world.make("withdrawal", wallet, account.id)
    assert made.transfer is not None
    carried = ((made.id, made.transfer),)

    async def told(news: msgspec.Struct) -> int:
        noted: commands.Noted = await world.ask(news)
        return noted.changed

    other = ((made.id, "tfr_0000000000000001"), ("pay_0000000000000001", made.transfer))
    assert await told(commands.NoteSettled(transfers=other)) == 0
    assert await told(commands.NoteDoubted(transfers=carried)) == 1
    assert (await world.payment(made)).state == "unknown"
    assert await told(commands.NoteDoubted(transfers=carried)) == 0
    back = commands.NoteReturned(payment=made.id, transfer=made.transfer, reason="R01")
    assert await told(back) == 1
    row = await world.payment(made)
    assert (row.state, row.captured, row.returned) == ("returned", 5_000, 5_000)
    for late in (
        back,
        commands.NoteSettled(transfers=carried),
        commands.NoteDoubted(transfers=carried),
        commands.NoteRefused(transfers=carried, reason="R01"),
    ):
        assert await told(late) == 0
    assert await world.payment(made) == row
