"""Books that have been used, for the tests of what proves them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from culm.book import double_entry, seals
from culm.book import verify as verify_
from culm.ledger import commands
from culm.rails.ach import commands as ach
from culm.timers import commands as timers
from culm.timers import types as timer_types
from culm.webhooks import commands as webhooks
from culm.work import commands as work
from tests.book import rooms as rooms_

NAME = "culm.test"
BANK, CUSTOMER, POINTS = "assets:bank:main", "liabilities:customers:ann", "equity:points:issued"
BULK = 260
"""Transactions of one bulk: with what else is booked, more than one full subtree of 256 events."""


class Books:
    """A ledger that has been used, its seals, and the proof of both."""

    def __init__(self, ledger: Any, keys_dir: Path) -> None:
        self.ledger = ledger
        self.keys_dir = keys_dir
        self.seals = seals.Seals(ledger.db, keys_dir, NAME)
        self.checkpoints: list[str] = []
        self.late = ledger.clock.now - timedelta(days=3)

    @property
    def admin(self) -> asyncpg.Connection[Any]:
        """A connection that may do everything."""
        admin: asyncpg.Connection[Any] = self.ledger.admin
        return admin

    def proof(self, **rest: Any) -> verify_.Proof:
        """What these books are proven with."""
        return verify_.Proof(
            catalog=self.ledger.catalog,
            verifier=self.seals.verifier,
            audits=[double_entry.audit],
            **rest,
        )

    async def verify(self, **rest: Any) -> verify_.Report:
        """Prove them as the platform does."""
        return await verify_.verify(self.ledger.db, self.proof(**rest))

    async def verify_after(self, *statements: str, **rest: Any) -> verify_.Report:
        """Prove what they would be after these statements of a superuser."""
        transaction = self.admin.transaction()
        await transaction.start()
        try:
            for statement in statements:
                done = await self.admin.execute(statement)
                assert not done.endswith(" 0"), f"changes nothing: {statement}"
            return await verify_.verify_within(self.admin, self.proof(**rest))
        finally:
            await transaction.rollback()

    async def seal(self) -> str:
        """Sign what there is now."""
        self.checkpoints.append(await self.seals.checkpoint(0))
        return self.checkpoints[-1]


def transfer(amount: int, **rest: Any) -> commands.PostTransaction:
    """Money for the customer."""
    postings = (
        commands.Posting(BANK, "debit", amount),
        commands.Posting(CUSTOMER, "credit", amount),
    )
    return commands.PostTransaction(postings=postings, **rest)


async def fill(books: Books) -> None:
    """Something of everything; what the names of the commands say."""
    ledger = books.ledger
    submit, clock = ledger.submit, ledger.clock
    await submit(commands.CreateTenant(name="Acme, Inc. \\ \N{SNOWMAN}"), key="tenant")
    await submit(commands.CreateTenant(name="Other"), tenant="other")
    await submit(commands.RegisterAsset(code="PTS", scale=0, name="Points"))
    await submit(commands.RegisterAsset(code="GOLD", scale=6, name="Troy ounces"))
    await submit(commands.OpenAccount(code=BANK, currency="USD", metadata={"iban": "x", "b": "\\"}))
    await submit(commands.OpenAccount(code=CUSTOMER, currency="USD", minimum=0, maximum=10**37))
    await submit(commands.OpenAccount(code=POINTS, currency="PTS"))
    await submit(commands.OpenAccount(code="assets:till", currency="EUR"))
    await submit(commands.UpdateAccount(account=POINTS, freeze="in"))
    await submit(commands.CloseAccount(account="assets:till"))
    await books.seal()
    first = await submit(transfer(10**30, reference="inv\\1"), key="first")
    late = books.late
    await submit(transfer(500, effective=late, metadata={"note": "late"}), key="late")
    await submit(transfer(7, reference="inv\\1"))
    await submit(commands.ReverseTransaction(transaction=first.id, amount=10**29))
    second = await submit(transfer(40))
    await submit(commands.ReverseTransaction(transaction=second.id))
    await books.seal()
    due = clock.now + timedelta(hours=1)
    holds = [
        await submit(
            commands.PlaceHold(
                debit=CUSTOMER, credit=BANK, amount=100 + n, expires=due, reference=f"hold {n}"
            ),
            key=f"hold-{n}",
        )
        for n in range(4)
    ]
    await submit(commands.CaptureHold(hold=holds[0].id, amount=30))
    await submit(commands.CaptureHold(hold=holds[0].id, amount=5, effective=due))
    await submit(
        commands.CaptureHold(hold=holds[1].id, amount=30, release_rest=True, effective=late)
    )
    await submit(commands.ReleaseHold(hold=holds[2].id))
    clock.advance(hours=2)
    await submit(commands.ExpireHolds(holds=(holds[3].id,)))
    await submit(commands.ClosePeriod(before=late))
    sandbox = commands.CreateTenant(name="Sandbox", sandbox=True, clock=late)
    for tenant in ("sandbox", "still"):
        await submit(sandbox, tenant=tenant)
    await submit(timers.AdvanceClock(to=late + timedelta(days=1)), tenant="sandbox")
    monthly = timer_types.Schedule(cron="0 9 1 * *", zone="Europe/Berlin")
    closing = timers.SetTimer(
        command="ledger.close_period", body={"before": late}, schedule=monthly
    )
    await submit(closing)
    verdicts: list[tuple[str, ach.Verdict]] = [("a", "refused"), ("b", "accepted")]
    for digit, verdict in verdicts:
        received = ach.ReceiveFile(
            sha256=digit * 64,
            name=f"{digit}.ach",
            account=CUSTOMER,
            clearing=BANK,
            verdict=verdict,
            batches=1,
            entries=2,
            credit=3,
            debit=4,
            refused_batches=(1,),
            problems=(),
        )
        await submit(received, key=f"file-{digit}")
    await tell_others(books)
    await asyncio.gather(*(submit(transfer(n + 1), key=f"n{n}") for n in range(20)))
    bulk = tuple(transfer(n + 1) for n in range(BULK))
    await submit(commands.PostTransactions(transactions=bulk), key="bulk")
    await books.seal()


async def tell_others(books: Books) -> None:
    """Endpoints, deliveries that have failed, replays."""
    submit = books.ledger.submit
    for number in range(3):
        url = f"https://hooks.example.com/{number}"
        endpoint = await submit(
            webhooks.CreateEndpoint(url=url, event_types=("ledger.hold_placed",))
        )
        failure = webhooks.RecordFailure(
            endpoint=endpoint.id, event="evt_0000000000000001", attempt=1, jitter_percent=0
        )
        await submit(failure)
        await submit(webhooks.ReplaySince(endpoint=endpoint.id, since=books.late))
    await submit(webhooks.CreateEndpoint(url="https://example.com"), tenant="other")
    for number in range(3):
        fact = f"evt_{number:016x}"
        await submit(work.Park(reactor="screening", fact=fact, type="a.b", code="timeout"))
    await submit(work.DropParked(id="screening:evt_0000000000000001"))


@pytest.fixture
async def books(ledger: Any, tmp_path: Path) -> Books:
    """Those of the ledger and what works beneath it, proven by three checkpoints."""
    made = Books(ledger, tmp_path / "keys")
    await fill(made)
    return made


@pytest.fixture
async def rooms(ledger: Any, tmp_path: Path) -> Books:
    """Those of the contexts above the ledger, proven by one checkpoint."""
    made = Books(ledger, tmp_path / "keys")
    await rooms_.fill(ledger)
    await made.seal()
    return made
