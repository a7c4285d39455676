"""Fixtures: books whose timers are fired by hand, look by look."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from culm.book import double_entry, seals, verify
from culm.ledger import commands as ledger
from culm.timers import commands, firing
from tests.conftest import Clock, Ledger

BANK, ANN, BOB = "assets:bank", "liabilities:ann", "liabilities:bob"


class Desk:
    """What firing needs of a platform, on one Book; and short words for what is asked of it."""

    def __init__(self, ledger_: Ledger) -> None:
        self.ledger = ledger_
        self.db = ledger_.db
        self.clock: Clock = ledger_.clock
        self.submit: Any = ledger_.book.submit

    async def ask(self, command: msgspec.Struct, tenant: str = "acme") -> Any:
        """Have a command decided."""
        return await self.submit(command, tenant=tenant)

    async def open(self, tenant: str = "acme", clock: datetime | None = None) -> None:
        """Begin books with 1,000.00 on Ann's account."""
        sandbox = clock is not None
        await self.ask(ledger.CreateTenant(name="Acme", sandbox=sandbox, clock=clock), tenant)
        await self.ask(ledger.OpenAccount(code=BANK, currency="EUR"), tenant)
        for code in (ANN, BOB):
            await self.ask(ledger.OpenAccount(code=code, currency="EUR", minimum=0), tenant)
        await self.ask(pay(BANK, ANN, 100_000), tenant)

    async def set(self, command: msgspec.Struct, tenant: str = "acme", **when: Any) -> Any:
        """Set a timer for one of the ledger's commands."""
        name = self.ledger.catalog.name_of(type(command))
        body = msgspec.to_builtins(command)
        return await self.ask(commands.SetTimer(command=name, body=body, **when), tenant)

    async def fire(self) -> int:
        """Fire what is due until nothing is; how many looks had something to do."""
        fired = 0
        while count := await firing.fire_due(self, 0):
            fired += count
        return fired

    async def posted(self, code: str, tenant: str = "acme") -> int:
        """What stands on an account."""
        return int(
            await self.db.fetchval(
                "select e.posted from ledger_entry e join ledger_account a on a.id = e.account"
                " where a.code = $1 and a.tenant = $2 order by e.version desc limit 1",
                code,
                tenant,
            )
            or 0
        )

    async def prove(self, tmp_path: Path) -> None:
        """The state of these books is the fold of their log."""
        sealed = seals.Seals(self.db, tmp_path / "keys", "test.local")
        await sealed.checkpoint(0)
        proof = verify.Proof(
            catalog=self.ledger.catalog, verifier=sealed.verifier, audits=[double_entry.audit]
        )
        report = await verify.verify(self.db, proof)
        assert report.ok, report.finding

    async def log(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of the events of one type, in order."""
        rows = await self.db.fetch(
            "select body from book_log where type = $1 order by partition, position", kind
        )
        return [msgspec.json.decode(row["body"]) for row in rows]


def pay(debit: str, credit: str, amount: int, **more: Any) -> ledger.PostTransaction:
    """A transaction of two postings."""
    return ledger.PostTransaction(
        postings=(
            ledger.Posting(debit, "debit", amount),
            ledger.Posting(credit, "credit", amount),
        ),
        **more,
    )


@pytest.fixture
async def desk(ledger: Ledger) -> Desk:
    """Books of acme on PostgreSQL."""
    desk = Desk(ledger)
    await desk.open()
    return desk
