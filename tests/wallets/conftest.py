"""A tenant with customers and wallets, in memory and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from culm.book import book, memory
from culm.ledger import commands as ledger_commands
from culm.wallets import commands, views
from tests import conftest
from tests.wallets import trial


class World:
    """Books of the tenant acme, with the short names of what tests do."""

    def __init__(self, ledger: conftest.Ledger) -> None:
        self.ledger = ledger
        self.clock = ledger.clock
        self.submit = ledger.submit

    async def customer(self) -> str:
        """A customer who may be served."""
        return "cus_0000000000000001"

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
