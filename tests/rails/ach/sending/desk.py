"""Books of a tenant that sends transfers, and short words for what is asked of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from culm.ledger import commands as ledger
from culm.ledger import tables as ledger_tables
from culm.rails.ach import api
from culm.rails.ach.files import commands, plan
from culm.rails.ach.transfers import commands as transfers
from culm.rails.ach.transfers import tables
from culm.rails.ach.windows import commands as window_commands
from culm.rails.ach.windows import events as windows
from culm.rails.ach.windows import tables as window_tables
from culm.rails.ach.windows import types as window_types
from tests import conftest
from tests.rails.ach.sending import orders

ANN = "liabilities:wallets:ann:usd"
CASH = "assets:cash:usd"
BANK = "assets:bank:ach:usd"
OWED = "assets:receivables:returns:usd"
SUSPENSE = "liabilities:suspense:usd"

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""10:00 in New York."""

PAYEE = api.Payee(
    subject="sub_ann", sealed="v1.sealed", routing="021000021", kind="checking", bank_account=""
)


class Desk:
    """The tenant acme, with 1,000.00 USD on Ann's account."""

    def __init__(self, ledger_: conftest.Ledger) -> None:
        self.ledger = ledger_
        self.clock = ledger_.clock

    async def open(self, *, clock: datetime | None = None, sandbox: bool = True) -> Desk:
        """Begin the books; with a clock of their own, or on the real time."""
        await self.ask(ledger.CreateTenant(name="Acme", sandbox=sandbox, clock=clock))
        await self.ask(ledger.OpenAccount(code=CASH, currency="USD"))
        await self.ask(ledger.OpenAccount(code=ANN, currency="USD", minimum=0))
        await self.move(CASH, ANN, 100_000)
        return self

    async def ask(self, command: msgspec.Struct, **more: Any) -> Any:
        """Have a command decided."""
        return await self.ledger.book.submit(command, tenant="acme", **more)

    async def move(self, debit: str, credit: str, amount: int) -> None:
        """Move money within the books."""
        lines = (
            ledger.Posting(debit, "debit", amount),
            ledger.Posting(credit, "credit", amount),
        )
        await self.ask(ledger.PostTransaction(postings=lines))

    async def send(self, amount: int = 10_000, **more: Any) -> str:
        """Order one transfer: its id."""
        (transfer,) = await self.ask(orders.Send(orders=(order(amount, **more),)))
        return str(transfer)

    async def cutting(self, *transfers: str) -> AsyncIterator[commands.Cut]:
        """Have the cut-off come, on the real time; the steps by which transfers become a file."""
        (window,) = await self.windows()
        self.clock.now = window.closes
        await self.ask(window_commands.CloseWindow(window=window.id))
        found = [await self.transfer(one) for one in transfers]
        rows = [plan.Row(o.id, o.kind, o.sec, o.direction, o.description, o.amount) for o in found]
        for step in plan.steps(window.id, rows):
            yield await self.ask(step)

    async def withdraw(self, transfer: str) -> bool:
        """Cancel it."""
        return bool(await self.ask(orders.Withdraw(transfer=transfer)))

    async def transfer(self, transfer: str) -> api.Transfer:
        """A transfer as it is kept."""
        found = await self.ledger.store.load(tables.TRANSFERS, 0, [transfer])
        one: api.Transfer = found[transfer]
        return one

    async def windows(self) -> list[window_types.Window]:
        """Every window, oldest first."""
        found = [event for event in await self.log() if isinstance(event, windows.WindowOpened)]
        rows = await self.ledger.store.load(window_tables.WINDOWS, 0, [event.id for event in found])
        return [rows[event.id] for event in found]

    async def balance(self, code: str) -> Balance:
        """What is posted, held on its way in, and held on its way out of an account."""
        store, key = self.ledger.store, ("acme", code)
        found = await store.load(ledger_tables.CODES, 0, [key])
        if key not in found:
            return Balance(0, 0, 0)
        account = found[key]
        row = (await store.load(ledger_tables.BALANCES, 0, [account]))[account]
        return Balance(row.posted, row.held_in, row.held_out)

    async def log(self) -> list[Any]:
        """Every event, in order."""
        head = await self.ledger.store.head(0)
        rows = await self.ledger.store.events(0, range(head.tree.size))
        catalog = self.ledger.catalog
        return [catalog.decode(row.type, row.version, row.body) for _, row in sorted(rows.items())]


class Balance(NamedTuple):
    """Of an account, in its normal sense."""

    posted: int
    held_in: int = 0
    held_out: int = 0


def order(amount: int = 10_000, **more: Any) -> api.Order:
    """A credit of 100.00 USD from Ann's account, unless something else is said."""
    given: dict[str, Any] = {
        "purpose": "pay_1",
        "direction": "credit",
        "account": ANN,
        "payee": PAYEE,
    }
    return api.Order(**{**given, "amount": amount, **more})


def returned(transfer: api.Transfer, **more: Any) -> transfers.TakeReturns:
    """What the bank says of a transfer that comes back."""
    given = {
        "trace": transfer.trace,
        "amount": transfer.amount,
        "direction": transfer.direction,
        "reason": "R03",
        "returned_on": transfer.effective,
        "return_trace": f"021000020{transfer.number % 1_000_000:06}",
    }
    one = msgspec.convert({**given, **more}, transfers.Returned)
    return transfers.TakeReturns(returns=(one,))
