"""A tenant whose customers pay each other, with the short names of what tests do."""

from __future__ import annotations

from typing import Any, Self

import msgspec

from culm.customers import commands as customer_commands
from culm.ledger import commands as ledger_commands
from culm.ledger import tables as ledger_tables
from culm.ledger import types as ledger_types
from culm.payments import commands, tables, types, views
from culm.wallets import commands as wallet_commands
from culm.wallets import types as wallet_types
from tests import conftest

BANK = "assets:bank:tests"


class World:
    """Books of the tenant acme."""

    def __init__(self, ledger: conftest.Ledger) -> None:
        self.ledger = ledger
        self.clock = ledger.clock
        self.submit = ledger.submit

    async def begin(self) -> Self:
        """Begin the books."""
        await self.submit(ledger_commands.CreateTenant(name="Acme"))
        await self.submit(ledger_commands.OpenAccount(code=BANK, currency="USD"))
        return self

    async def customer(self) -> str:
        """A customer who may be served."""
        command = customer_commands.CreateCustomer(
            kind="person", subject="sub_" + "a" * 26, sealed="v1." + "A" * 60
        )
        made: str = (await self.submit(command)).id
        await self.submit(customer_commands.ActivateCustomer(customer=made))
        return made

    async def wallet(self, funds: int = 0) -> str:
        """A wallet of a customer, with some dollars in it."""
        command = wallet_commands.CreateWallet(
            customer=await self.customer(), currencies=("USD", "EUR")
        )
        wallet: str = (await self.submit(command)).id
        account = ledger_commands.OpenAccount(code=code(wallet), currency="USD", minimum=0)
        await self.submit(account)
        if funds:
            await self.book(BANK, code(wallet), funds)
        return wallet

    async def book(self, giver: str, receiver: str, amount: int) -> None:
        """Book money from one account to another."""
        postings = (
            ledger_commands.Posting(giver, "debit", amount),
            ledger_commands.Posting(receiver, "credit", amount),
        )
        await self.submit(ledger_commands.PostTransaction(postings=postings))

    async def spend(self, wallet: str, amount: int) -> None:
        """Take money out of a wallet past all payments."""
        await self.book(code(wallet), BANK, amount)

    async def pay(
        self, source: str, destination: str, amount: int, *, key: str | None = None, **more: Any
    ) -> views.Payment:
        """A transfer, unless another kind is named."""
        asked = {
            "kind": "transfer",
            "currency": "USD",
            "amount": amount,
            "source": source,
            "destination": destination,
            **more,
        }
        command = msgspec.convert(asked, commands.CreatePayment)
        made: views.Payment = await self.submit(command, key=key)
        return made

    async def buy(self, source: str, destination: str, amount: int, **more: Any) -> views.Payment:
        """A purchase."""
        return await self.pay(source, destination, amount, **{"kind": "purchase", **more})

    async def price(self, **more: Any) -> views.FeeSchedule:
        """A fee schedule: half a per cent, unless something else is said."""
        asked = {"name": "fees", "currency": "USD", "tiers": [{"basis_points": 50}], **more}
        made: views.FeeSchedule = await self.submit(
            msgspec.convert(asked, commands.CreateFeeSchedule)
        )
        return made

    async def payment(self, payment: str) -> views.Payment:
        """A payment as it is now."""
        return views.payment(await self.row(payment))

    async def row(self, payment: str) -> types.Payment:
        """A payment as it is kept."""
        found = await self.ledger.store.load(tables.PAYMENTS, 0, [payment])
        row: types.Payment = found[payment]
        return row

    async def balance(self, wallet_or_code: str) -> int:
        """What is posted on a wallet's account in dollars, or on the account of a code."""
        return (await self._balance(wallet_or_code)).posted

    async def available(self, wallet: str) -> int:
        """What a wallet can spend."""
        return (await self._balance(wallet)).available

    async def _balance(self, wallet_or_code: str) -> ledger_types.Balance:
        named = wallet_or_code if ":" in wallet_or_code else code(wallet_or_code)
        found = await self.ledger.store.load(ledger_tables.CODES, 0, [("acme", named)])
        account = found[("acme", named)]
        balances = await self.ledger.store.load(ledger_tables.BALANCES, 0, [account])
        balance: ledger_types.Balance = balances[account]
        return balance


def code(wallet: str) -> str:
    """The code of a wallet's account in dollars."""
    return wallet_types.code(wallet, "USD")
