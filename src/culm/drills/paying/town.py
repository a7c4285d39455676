"""Who takes part: people with money in their wallets and accounts at banks, and a shop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from culm import client
from culm.client import errors

TENANT: Final = "town"
FUNDS: Final = 5_000_000
"""Cents that each has in the beginning, brought in past all payments."""
OPENING: Final = datetime(2026, 11, 30, 15, tzinfo=UTC)
"""Monday at 10:00 in New York: where the town's clock begins."""
TUESDAY: Final = datetime(2026, 12, 1, 15, tzinfo=UTC)
"""What was sent on Monday has settled by then."""

ROUTING: Final = "990000013"
"""No bank has it: numbers that begin with 99 are nobody's."""
SOUND: Final = "123456789"
COLLECTED: Final = ("990000001", "980000001", "123456780", "123456781")
"""An account of each person that is collected from, and paid to, beside a `SOUND` one: returned as
R01, to be corrected, and two with which all goes well."""
PAID: Final = ("990000003", "992000002", "9700000005", "990000020")
"""One that is only paid to: returned as R03, returned before it has settled, of which the bank
refuses the batch, and returned as R20."""
OUTSIDE: Final = ("123450001", "123450002", "123450003", "990000001", "992000004")
"""Numbers of accounts that are nobody's here: three are good, one is returned after it has settled,
one before."""
ROUTINGS: Final = (ROUTING, ROUTING, ROUTING, "990000014")
"""The last one's check digit is wrong."""
DEPOSITS: Final = (32, 45)
"""What a holder finds on a statement of the sandbox bank."""

CASH: Final = "assets:cash:usd"
BANK: Final = "assets:bank:ach:usd"
FEES: Final = "income:fees:usd"
VERIFYING: Final = "expenses:verification:usd"
OWED: Final = "assets:receivables:returns:usd"
SUSPENSE: Final = "liabilities:suspense:usd"

LOOK_SECONDS: Final = 0.1


class Party(msgspec.Struct, frozen=True):
    """Somebody's wallet, and their accounts at banks."""

    wallet: str
    collected: tuple[str, ...] = ()
    """Those that are verified."""
    paid: tuple[str, ...] = ()
    """Those that are not."""


class Town(msgspec.Struct, frozen=True):
    """Everybody."""

    people: tuple[Party, ...]
    shop: Party

    @property
    def wallets(self) -> tuple[str, ...]:
        """Everybody's."""
        return tuple(one.wallet for one in (*self.people, self.shop))


def code(wallet: str) -> str:
    """The code of a wallet's account in the ledger."""
    return f"liabilities:wallets:{wallet.removeprefix('wal_')}:usd"


async def found(operator: client.AsyncClient) -> Town:
    """The town, with everybody in it, and what a purchase costs. It is Tuesday then."""
    await operator.ledger.tenants.create(name="Town", sandbox=True, clock=OPENING)
    await operator.ledger.accounts.open(code=CASH, currency="USD")
    await operator.fee_schedules.create(
        name="purchases",
        currency="USD",
        tiers=[{"fixed": 5, "basis_points": 250}],
        kinds=["purchase"],
        bearer="payee",
    )
    numbers = enumerate(zip(COLLECTED, PAID, strict=True))
    people = [
        await _person(operator, n, (SOUND, number), (other,)) for n, (number, other) in numbers
    ]
    shop = await operator.customers.create(business={"legal_name": "Corner Shop LLC"})
    await _verify(operator, [one for person in people for one in person.collected])
    return Town(people=tuple(people), shop=Party(await _wallet(operator, shop.id)))


async def _person(
    operator: client.AsyncClient, number: int, collected: Sequence[str], paid: Sequence[str]
) -> Party:
    customer = await operator.customers.create(
        person={"given_name": "Pat", "family_name": f"Number {number}"}
    )
    wallet = await _wallet(operator, customer.id)
    linked = [
        (
            await operator.bank_accounts.link(
                customer=customer.id, routing=ROUTING, account=account, holder_name="Pat"
            )
        ).id
        for account in (*collected, *paid)
    ]
    return Party(wallet, tuple(linked[: len(collected)]), tuple(linked[len(collected) :]))


async def _wallet(operator: client.AsyncClient, customer: str) -> str:
    """A wallet with money in it."""
    await operator.customers.activate(customer)
    wallet = await operator.wallets.create(customer=customer, currencies=["USD"])
    account = code(wallet.id)
    await operator.ledger.accounts.open(code=account, currency="USD", minimum=0)
    await operator.ledger.transactions.post(
        postings=[
            {"account": CASH, "side": "debit", "amount": FUNDS},
            {"account": account, "side": "credit", "amount": FUNDS},
        ]
    )
    return wallet.id


async def _verify(operator: client.AsyncClient, accounts: Iterable[str]) -> None:
    """Two small amounts to each, which their holders find the next day."""
    waiting = list(accounts)
    for account in waiting:
        await operator.bank_accounts.send_micro_deposits(account)
    await operator.clock.advance(to=TUESDAY)
    while waiting:
        try:
            await operator.bank_accounts.verify(waiting[-1], amounts=DEPOSITS)
        except errors.Conflict as early:
            if early.code != "deposits_pending":
                raise
            await asyncio.sleep(LOOK_SECONDS)
        else:
            waiting.pop()
