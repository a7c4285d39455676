"""Who takes part: people with money in their wallets, and a shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from culm import client
from culm.client import types

TENANT: Final = "town"
PEOPLE: Final = 6
FUNDS: Final = 5_000_000
"""Cents that each has in the beginning, brought in past all payments."""
OPENING: Final = datetime(2026, 11, 30, 15, tzinfo=UTC)
"""Monday at 10:00 in New York: where the town's clock begins."""

CASH: Final = "assets:cash:usd"
FEES: Final = "income:fees:usd"


class Town(msgspec.Struct, frozen=True):
    """Wallets, by whose they are."""

    people: tuple[str, ...]
    shop: str

    @property
    def wallets(self) -> tuple[str, ...]:
        """Everybody's."""
        return (*self.people, self.shop)


def code(wallet: str) -> str:
    """The code of a wallet's account in the ledger."""
    return f"liabilities:wallets:{wallet.removeprefix('wal_')}:usd"


async def found(operator: client.AsyncClient) -> Town:
    """The town, with everybody in it, and what a purchase costs."""
    await operator.ledger.tenants.create(name="Town", sandbox=True, clock=OPENING)
    await operator.ledger.accounts.open(code=CASH, currency="USD")
    await operator.fee_schedules.create(
        name="purchases",
        currency="USD",
        tiers=[{"fixed": 5, "basis_points": 250}],
        kinds=["purchase"],
        bearer="payee",
    )
    people = [await _wallet(operator, await _person(operator, n)) for n in range(PEOPLE)]
    shop = await operator.customers.create(business={"legal_name": "Corner Shop LLC"})
    return Town(people=tuple(people), shop=await _wallet(operator, shop))


async def _person(operator: client.AsyncClient, number: int) -> types.Customer:
    return await operator.customers.create(
        person={"given_name": "Pat", "family_name": f"Number {number}"}
    )


async def _wallet(operator: client.AsyncClient, customer: types.Customer) -> str:
    """A wallet with money in it."""
    await operator.customers.activate(customer.id)
    wallet = await operator.wallets.create(customer=customer.id, currencies=["USD"])
    account = code(wallet.id)
    await operator.ledger.accounts.open(code=account, currency="USD", minimum=0)
    await operator.ledger.transactions.post(
        postings=[
            {"account": CASH, "side": "debit", "amount": FUNDS},
            {"account": account, "side": "credit", "amount": FUNDS},
        ]
    )
    return wallet.id
