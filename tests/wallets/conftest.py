"""A tenant with customers and wallets, in memory and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Any

import msgspec
import pytest

from culm.book import book, memory
from culm.customers import commands as customer_commands
from culm.ledger import commands as ledger_commands
from culm.ledger import views as ledger_views
from culm.wallets import commands, types, views
from tests import conftest
from tests.wallets import trial

ACME: dict[str, Any] = {"partition": 0, "tenant": "acme"}
"""Where the books of the tenant are."""


NAMES = {"cus_0000000000000001": "Ann Smith", "cus_0000000000000004": "Ben Jones"}
"""What the first two customers of a world are called."""


async def names(customers: Collection[str]) -> dict[str, str]:
    """What is known of some customers' names: of the others it was erased."""
    return {one: NAMES[one] for one in customers if one in NAMES}


class World:
    """Books of the tenant acme, with the short names of what tests do."""

    def __init__(self, ledger: conftest.Ledger) -> None:
        self.ledger = ledger
        self.clock = ledger.clock
        self.submit = ledger.submit

    async def customer(self, tier: str = "basic") -> str:
        """A customer who may be served."""
        command = customer_commands.CreateCustomer(
            kind="person", subject="sub_" + "a" * 26, sealed="v1." + "A" * 60, tier=tier
        )
        made: str = (await self.submit(command)).id
        await self.submit(customer_commands.ActivateCustomer(customer=made))
        return made

    async def wallet(self, *currencies: str, customer: str = "") -> views.Wallet:
        """A wallet of a customer, a new one where none is named."""
        made: views.Wallet = await self.submit(
            commands.CreateWallet(
                customer=customer or await self.customer(), currencies=currencies or ("USD",)
            )
        )
        return made

    async def pay_in(self, wallet: str, amount: int, **more: Any) -> trial.Paid:
        """Money from the bank."""
        return await self.pay(wallet, amount, direction="in", **{"kind": "top_up", **more})

    async def pay(self, wallet: str, amount: int, **more: Any) -> trial.Paid:
        """Money to the bank."""
        made: trial.Paid = await self.submit(trial.Pay(wallet=wallet, amount=amount, **more))
        return made

    async def open(self, code: str, currency: str = "USD") -> None:
        """An account of the house."""
        await self.submit(ledger_commands.OpenAccount(code=code, currency=currency))

    async def book(self, lines: list[tuple[str, int]], **more: Any) -> ledger_views.Transaction:
        """A transaction of accounts by their codes; debits are positive."""
        postings = tuple(
            ledger_commands.Posting(code, "debit" if amount > 0 else "credit", abs(amount))
            for code, amount in lines
        )
        command = ledger_commands.PostTransaction(postings=postings, **more)
        booked: ledger_views.Transaction = await self.submit(command)
        return booked

    async def move(self, payer: str, payee: str, amount: int, **more: Any) -> None:
        """Money from a wallet to another."""
        description = more.pop("description", "")
        lines = [(types.code(payer, "USD"), amount), (types.code(payee, "USD"), -amount)]
        await self.book(
            lines,
            reference="pay_0000000000000007",
            metadata={"description": description} if description else {},
            **more,
        )

    async def limit(self, **limits: Any) -> views.WalletLimits:
        """Limits of the tier basic for what goes out in USD, unless others are named."""
        wished = {"tier": "basic", "currency": "USD", "direction": "out", **limits}
        command = msgspec.convert(wished, commands.SetLimits)
        set_: views.WalletLimits = await self.submit(command)
        return set_


async def begun(ledger: conftest.Ledger) -> World:
    """Its books begun."""
    await ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    return World(ledger)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The tenant on PostgreSQL."""
    async with conftest.ledger_on(database_url, catalog_=trial.with_payments()) as opened:
        yield await begun(opened)


@pytest.fixture
async def small_world() -> AsyncIterator[World]:
    """The tenant in memory, for rules that need no database."""
    clock, catalog, store = conftest.Clock(), trial.with_payments(), memory.MemoryStore()
    book_ = book.Book(partition=0, catalog=catalog, store=store, clock=clock)
    await book_.start()
    yield await begun(conftest.Ledger(book_, store, clock, catalog))
    await book_.stop()
