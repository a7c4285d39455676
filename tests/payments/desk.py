"""Decisions one after the other on a unit in memory, each of which can be taken back: for playing
out every course that things can take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from culm import app
from culm.book import cache, event, unit
from culm.customers import commands as customer_commands
from culm.ledger import commands as ledger_commands
from culm.ledger import tables as ledger_tables
from culm.payments import tables, types
from culm.wallets import commands as wallet_commands
from culm.wallets import types as wallet_types

BANK: Final = "assets:bank:tests"
ORIGIN: Final = event.Origin("acme", "tests", "c-1", "")
CATALOG: Final = app.catalog()


class Desk:
    """Books of the tenant acme."""

    def __init__(self) -> None:
        self.unit = unit.Unit(0, CATALOG, cache.Cache(CATALOG.tables, 10**9))
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        self.decide(ledger_commands.CreateTenant(name="Acme"))
        self.decide(ledger_commands.OpenAccount(code=BANK, currency="USD"))

    def decide(self, command: msgspec.Struct) -> Any:
        """Decide a command. One that is refused leaves nothing."""
        decider = CATALOG.command(command)
        while True:
            self.now += timedelta(microseconds=1)
            mark = self.unit.begin(self.now, ORIGIN)
            try:
                return decider.decide(self.unit, command)
            except unit.Missing:
                self.unit.rewind(mark)
                self._know_gaps()
            except Exception:
                self.unit.rewind(mark)
                raise

    def _know_gaps(self) -> None:
        """All there is, is in memory: what is missing does not exist."""
        for table, keys in self.unit.missing.items():
            for key in keys:
                known = self._code(key) if table is ledger_tables.CODES else None
                self.unit.cache.young[table][key] = known
        self.unit.missing.clear()

    def _code(self, key: tuple[str, str]) -> str | None:
        """An index that is loaded, never kept: the account of a code."""
        accounts = self.unit.cache.young[ledger_tables.ACCOUNTS].values()
        return next((one.id for one in accounts if one and one.code == key[1]), None)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is done here is taken back."""
        mark, now = self.unit.mark(), self.now
        try:
            yield
        finally:
            self.unit.rewind(mark)
            self.now = now

    def wallet(self, funds: int = 0, *, of: str | None = None) -> str:
        """A wallet of a customer, with some dollars in it."""
        customer = of or self.customer()
        made = wallet_commands.CreateWallet(customer=customer, currencies=("USD",))
        wallet: str = self.decide(made).id
        code = wallet_types.code(wallet, "USD")
        self.decide(ledger_commands.OpenAccount(code=code, currency="USD", minimum=0))
        if funds:
            self.book(BANK, code, funds)
        return wallet

    def customer(self) -> str:
        """A customer who may be served."""
        command = customer_commands.CreateCustomer(
            kind="person", subject="sub_" + "a" * 26, sealed="v1." + "A" * 60
        )
        made: str = self.decide(command).id
        self.decide(customer_commands.ActivateCustomer(customer=made))
        return made

    def book(self, giver: str, receiver: str, amount: int) -> None:
        """Book money from one account to another."""
        postings = (
            ledger_commands.Posting(giver, "debit", amount),
            ledger_commands.Posting(receiver, "credit", amount),
        )
        self.decide(ledger_commands.PostTransaction(postings=postings))

    def payment(self, payment_id: str) -> types.Payment:
        """A payment as it is now."""
        found = self.unit.get(tables.PAYMENTS, payment_id)
        assert found is not None
        return found

    def balance(self, wallet_or_code: str) -> Any:
        """What is posted and held on a wallet's account in dollars, or on a code's."""
        code = wallet_or_code
        if ":" not in code:
            code = wallet_types.code(wallet_or_code, "USD")
        account = self._code(("acme", code))
        return None if account is None else self.unit.get(ledger_tables.BALANCES, account)

    def posted(self, wallet_or_code: str) -> int:
        """What is posted; nothing on an account that is not there."""
        found = self.balance(wallet_or_code)
        return 0 if found is None else int(found.posted)
