"""A small town on the whole platform: its people, a shop, their banks, and what they do.

It stands on PostgreSQL, with every reactor and the sandbox bank, step by step in one thread. It is
built once; every journey begins in a copy.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec

from culm.bank_accounts import commands as bank_commands
from culm.batches.parsing import call
from culm.fx import api as fx
from culm.fx import commands as fx_commands
from culm.kernel import embedded, errors
from culm.ledger import commands as ledger_commands
from culm.payments import commands, events, tables, types
from culm.payments.decisions import news
from culm.rails.ach.inbox import parsing
from culm.rails.ach.transfers import commands as ach_commands
from culm.rails.ach.transfers import events as ach_events
from culm.rails.ach.transfers import tables as ach_tables
from culm.rails.ach.transfers import types as ach_types
from culm.sandbox.bank import ledger as bank_ledger
from culm.timers import commands as timers
from culm.wallets import commands as wallet_commands
from culm.wallets import types as wallet_types
from tests import conftest
from tests.batches.test_batches import World
from tests.book.conftest import Books
from tests.rails.ach.sending import desk

PEOPLE: Final = ("ann", "ben", "shop")
FUNDS: Final = 20_000
"""What each has in the beginning, brought in past all payments."""

COLLECTED: Final = ("123456789", "990000001", "990000010", "980000001", "993000001", "994000001")
"""Numbers of bank accounts that are collected from: one with which all goes well; returned as R01
the day after, and as R10 after a month; to be corrected; returned twice; and returned under a
trace number that nobody knows."""
PAID: Final = (*COLLECTED, "990000003", "992000002", "995000001", "9700000001", "9700000005")
"""Those that are paid to: also returned as R03; returned before settlement; with a cent too much
returned; and of which the bank refuses the file, or the batch."""

OWED: Final = "assets:receivables:returns:usd"
SUSPENSE: Final = "liabilities:suspense:usd"
DISPUTES: Final = "liabilities:disputes:usd"
LOSSES: Final = "expenses:disputes:usd"
FEES: Final = "income:fees:usd"
VERIFYING: Final = "expenses:verification:usd"

HAPPENINGS: Final = (
    *("top_up", "withdrawal", "payout", "transfer", "purchase", "exchange"),
    *("batch", "refund", "dispute", "return", "reversal", "restored"),
)
"""What all journeys together are to have had."""

_numbers = itertools.count(1)


class Plan(msgspec.Struct, frozen=True):
    """Who and what there is, by name."""

    wallets: dict[str, str]
    subjects: dict[str, str]
    collected: dict[str, list[str]]
    paid: dict[str, list[str]]


async def build(url: str, directory: Path) -> Plan:
    """Everybody with a wallet, with money, and with verified bank accounts; what things cost."""
    async with conftest.ledger_on(url) as ledger:
        world = World(ledger, directory)
        await world.open(clock=desk.MONDAY)
        plan = Plan({}, {}, {}, {})
        for name in PEOPLE:
            owner = await world.customer()
            links = {number: (await world.link(number, owner)).id for number in PAID}
            plan.collected[name] = [links[number] for number in COLLECTED]
            plan.paid[name] = [links[number] for number in PAID]
            plan.subjects[name] = owner.subject
            wallet = wallet_commands.CreateWallet(customer=owner.id, currencies=("USD", "EUR"))
            plan.wallets[name] = (await world.ask(wallet)).id
            code = wallet_types.code(plan.wallets[name], "USD")
            await world.ask(ledger_commands.OpenAccount(code=code, currency="USD", minimum=0))
            await world.move(desk.CASH, code, FUNDS)
        await _verify(world, [one for some in plan.collected.values() for one in some])
        for kind, price in _PRICES.items():
            given = {"name": kind, "currency": "USD", "kinds": [kind], **price}
            await world.ask(msgspec.convert(given, commands.CreateFeeSchedule))
        if world.bank is not None:
            world.bank.close()
    return plan


_PRICES: Final[dict[str, Any]] = {
    "purchase": {
        "tiers": [{"fixed": 5, "basis_points": 250}],
        "bearer": "payee",
        "refunds": "proportional",
    },
    "transfer": {"tiers": [{"basis_points": 10}], "minimum": 1},
    "withdrawal": {"tiers": [{"fixed": 25}]},
    "top_up": {"tiers": [{"fixed": 10}], "bearer": "payee"},
}


async def _verify(world: World, accounts: list[str]) -> None:
    for account in accounts:
        await world.deposits(account)
    await world.settled(2)
    for account in accounts:
        told = bank_commands.VerifyBankAccount(bank_account=account, amounts=(32, 45))
        done = await world.ask(told)
        assert done.state == "verified", done


class Town:
    """A copy of the town, as it was built, and its people's doings."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world = world
        self.plan = plan

    async def ask(self, command: msgspec.Struct) -> Any:
        """Have a command decided; None where it is refused."""
        try:
            return await self.world.ask(command)
        except errors.Rejection:
            return None

    async def pay(self, kind: str, source: str, destination: str, amount: int, **more: Any) -> Any:
        """A payment; None where it is refused."""
        asked = {"kind": kind, "source": source, "destination": destination, "amount": amount}
        given = {"currency": "USD", **asked, **more}
        return await self.ask(msgspec.convert(given, commands.CreatePayment))

    async def pay_many(self, who: str, entries: Iterable[call.NewEntry]) -> list[str]:
        """A batch by a call, judged; the payments of those that were accepted."""
        self.world.subject = self.plan.subjects[who]
        try:
            batch = await self.world.receive(self.plan.wallets[who], call.encode(tuple(entries)))
        except errors.Rejection:
            return []
        await self.world.play()
        return [one.payment for one in await self.world.entries(batch) if one.payment]

    async def exchange(self, wallet: str, sells: str, buys: str, amount: int) -> Any:
        """An exchange within a wallet, by a quote of today's rate; None where it is refused."""
        until = await self.world.now() + timedelta(days=1)
        given = {"base": "EUR", "counter": "USD", "rate": "1.0842", "spread_basis_points": 50}
        await self.ask(msgspec.convert(given | {"valid_until": until}, fx_commands.SetRate))
        asked = fx_commands.CreateQuote(sell_currency=sells, buy_currency=buys, amount=amount)
        quote = await self.ask(asked)
        if quote is None:
            return None
        return await self.pay("exchange", wallet, wallet, amount, currency=sells, quote=quote.id)

    async def reverse(self, payment: str) -> Any:
        """Collect back what was sent to a bank; None where it is refused."""
        found = await self.world.ledger.store.load(tables.PAYMENTS, 0, [payment])
        return await self.ask(ach_commands.ReverseTransfer(transfer=found[payment].transfer))

    async def available(self, wallet: str) -> int:
        """What a wallet can spend."""
        balances = await self.world.balances(wallet)
        return int(balances.posted - balances.held_out)

    async def wait(self, hours: int) -> None:
        """Let time pass, all at once, and then everything happen that was due by then."""
        await self.world.ask(
            timers.AdvanceClock(to=await self.world.now() + timedelta(hours=hours))
        )
        await self.world.settle_down()

    # -- what there is, and what there must be

    async def read(self) -> Seen:
        """Everything that is looked at, as it is now."""
        load, log = self.world.ledger.store.load, await self.world.log()
        rows = await self.world.db.fetch(_BALANCES)

        async def of(table: Any, kind: type[Any]) -> list[Any]:
            ids = [event.id for event in log if type(event) is kind]
            found = await load(table, 0, ids)
            return [found[one] for one in ids]

        return Seen(
            posted={row["code"]: int(row["posted"]) for row in rows},
            held=sum(int(row["held_in"] + row["held_out"]) for row in rows),
            payments=await of(tables.PAYMENTS, events.PaymentCreated),
            refunds=await of(tables.REFUNDS, events.RefundCreated),
            disputes=await of(tables.DISPUTES, events.DisputeOpened),
            transfers=await of(ach_tables.TRANSFERS, ach_events.TransferQueued),
            unmatched=[event for event in log if type(event) is ach_events.ReturnUnmatched],
            returned=[event for event in log if type(event) is events.PaymentReturned],
            restored=[event for event in log if type(event) is events.PaymentRestored],
        )

    def at_the_bank(self) -> int:
        """What the bank has moved into our account at it: by its own ledger, and its own files."""
        moved = 0
        for one in bank_ledger.read(self.world.root).paid:
            moved += one.amount_minor if one.side == "debit" else -one.amount_minor
        for file in (self.world.root / "out" / "done").glob("*.ach"):
            for back in parsing.entries(file).returns:
                moved += back.amount if back.direction == "credit" else -back.amount
        return moved

    async def proven(self, keys: Path) -> bool:
        """Whether the log can be folded to just this state."""
        books = Books(self.world.ledger, keys)
        await books.seal()
        return (await books.verify()).ok


class Seen(msgspec.Struct, frozen=True):
    """The books at a moment: balances by code, in their normal sense, and all that was done."""

    posted: dict[str, int]
    held: int
    payments: list[types.Payment]
    refunds: list[types.Refund]
    disputes: list[types.Dispute]
    transfers: list[ach_types.Transfer]
    unmatched: list[ach_events.ReturnUnmatched]
    returned: list[events.PaymentReturned]
    restored: list[events.PaymentRestored]

    def happened(self) -> Counter[str]:
        """How often each of what journeys are about has happened."""
        found = Counter[str](payment.kind for payment in self.payments)
        found["batch"] = sum(payment.reference.startswith("bat_") for payment in self.payments)
        found["refund"], found["dispute"] = len(self.refunds), len(self.disputes)
        found["return"], found["restored"] = len(self.returned), len(self.restored)
        found["reversal"] = sum(one.reason == news.REVERSED for one in self.returned)
        return found

    def expected(self, wallets: Iterable[str]) -> Counter[str]:
        """What must stand on each account by what is known of payments and transfers. Of the bank:
        what they say that it has moved."""
        money = Counter({wallet_types.code(one, "USD"): FUNDS for one in wallets})
        for payment in self.payments:
            if payment.exchange is None:
                self._follow(payment, money)
            else:
                _exchange(payment, payment.exchange, money)
        for transfer in self.transfers:
            if transfer.state == "settled" and transfer.purpose.startswith("bac_"):
                _move(money, VERIFYING, desk.BANK, transfer.amount)
        for back in self.unmatched:
            sign = 1 if back.direction == "credit" else -1
            _move(money, desk.BANK, SUSPENSE, sign * int(back.amount))
        return money

    def _follow(self, payment: types.Payment, money: Counter[str]) -> None:
        payer, payee = (
            wallet_types.code(one, "USD") if one.startswith("wal_") else desk.BANK
            for one in (payment.source, payment.destination)
        )
        _move(money, payer, payee, payment.captured)
        for part in payment.parts:
            _move(money, payee, wallet_types.code(part.wallet, "USD"), part.captured)
        if payment.fee is not None:
            bearer = payer if payment.fee.bearer == "payer" else payee
            _move(money, bearer, FEES, payment.fee.taken - self._given_back(payment))
        self._refunds(payment, payer, payee, money)
        self._disputes(payment, payer, payee, money)
        for back in self.returned:
            if back.id == payment.id:
                _move(money, payee, payer, int(back.amount))
                _move(money, OWED, payee, int(back.shortfall))
                _move(money, payer, SUSPENSE, int(back.unclaimed))
        for kept in self.restored:
            if kept.id == payment.id:
                giver = (
                    payer
                    if self._reversal(payment).account == payment.source_account
                    else (SUSPENSE)
                )
                _move(money, giver, payee, int(kept.amount))
                _move(money, OWED, giver, int(kept.shortfall))

    def _reversal(self, payment: types.Payment) -> ach_types.Transfer:
        (found,) = (one for one in self.transfers if one.original == payment.transfer)
        return found

    def _given_back(self, payment: types.Payment) -> int:
        if payment.kind in ("transfer", "purchase") or payment.fee is None:
            done = [r for r in self.refunds if (r.payment, r.state) == (payment.id, "succeeded")]
            return sum(one.fee for one in done)
        return payment.fee.refunded

    def _refunds(self, payment: types.Payment, payer: str, payee: str, money: Counter[str]) -> None:
        for refund in self.refunds:
            if (refund.payment, refund.state) == (payment.id, "succeeded"):
                _move(money, payee, payer, refund.amount)
                for part, amount in zip(payment.parts, refund.parts, strict=False):
                    _move(money, wallet_types.code(part.wallet, "USD"), payee, amount)

    def _disputes(
        self, payment: types.Payment, payer: str, payee: str, money: Counter[str]
    ) -> None:
        for dispute in self.disputes:
            if dispute.payment == payment.id and dispute.state == "open":
                _move(money, payee, DISPUTES, dispute.held)
            elif dispute.payment == payment.id and dispute.state != "won":
                _move(money, payee, payer, dispute.held)
                _move(money, LOSSES, payer, dispute.amount - dispute.held)


def _exchange(payment: types.Payment, agreed: types.Exchange, money: Counter[str]) -> None:
    """Each currency by itself, between the wallet and the house's position in it."""
    sold, bought = payment.currency, agreed.currency
    _move(money, wallet_types.code(payment.source, sold), fx.position(sold), payment.captured)
    _move(money, fx.position(bought), wallet_types.code(payment.destination, bought), agreed.amount)


def _move(money: Counter[str], giver: str, receiver: str, amount: int) -> None:
    money[giver] -= amount
    money[receiver] += amount


_BALANCES: Final = """
    select a.code, e.posted, e.held_in, e.held_out
    from ledger_account a
    join lateral (
        select * from ledger_entry e where e.partition = a.partition and e.account = a.id
        order by e.version desc limit 1
    ) e on true
    where a.partition = 0 and a.tenant = 'acme'
"""


@contextlib.asynccontextmanager
async def copied(
    server: embedded.Server, built: str, plan: Plan, source: Path, directory: Path
) -> AsyncIterator[Town]:
    """A town as it was built, in a database and a directory of its own."""
    name = f"{built}_{next(_numbers)}"
    owner = await asyncpg.connect(server.url_for("postgres", "postgres"))
    await owner.execute(f"create database {name} template {built}")
    shutil.copytree(source, directory)
    async with conftest.ledger_on(server.url_for("postgres", name)) as ledger:
        world = World(ledger, directory)
        try:
            yield Town(world, plan)
        finally:
            if world.bank is not None:
                world.bank.close()
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()
