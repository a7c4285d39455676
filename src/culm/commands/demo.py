"""`culm demo`: the main job on real input, on a fresh platform, in under a minute."""

from __future__ import annotations

import asyncio
import queue
import re
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import click
from rich.console import Console
from rich.table import Table

from culm import app, client, serving, working
from culm.access import keeping
from culm.book import checkpoint, note, proof
from culm.client import errors, types
from culm.commands import hooked, verify
from culm.commands import ledger as printing
from culm.facts import bus as bus_
from culm.kernel import (
    clock,
    embedded,
    migrations,
    money,
    nats_server,
    pg_cluster,
    settings,
)
from culm.rails.ach import intake

SAMPLES: Final = Path(intake.__file__).parent / "samples"
PAYROLL: Final = SAMPLES / "PPD-200-batches-100000-entries.ach.gz"
DEBITS: Final = SAMPLES / "20110805A.ach"
INVALID: Final = SAMPLES / "20110729A-invalid.ach"

TENANT: Final = "demo"
BANK: Final = "assets:bank:operating"
CLEARING: Final = "assets:ach:clearing"
COMPANY: Final = "liabilities:customers:acme"
MERCHANT: Final = "liabilities:merchants:corner-shop"
FEES: Final = "income:fees"
ACCOUNTS: Final = ((BANK, None), (CLEARING, None), (COMPANY, 0), (MERCHANT, 0), (FEES, None))
"""The chart of accounts; customers' accounts may not fall below zero."""

FUNDING: Final = 20_200_000_000
"""What the company brings along for its payroll, in cents."""
PROBLEMS_SHOWN: Final = 4
TOLD_SECONDS: Final = 30
"""How long a webhook may take."""
OUT_LOOKS: Final = 100
OUT_LOOK_SECONDS: Final = 0.1


FLIPPED: Final = 50_000
"""The position of the event that is tampered with: a transaction of the payroll."""
FLIP: Final = """
    update book_log set body = overlay(body placing $2 from $3 for 1)
    where partition = 0 and position = $1
    returning substr(old.body, $4, $5) as before, substr(new.body, $4, $5) as after
"""
"""One byte of the log. Superusers can; the platform's own role cannot."""
AMOUNT: Final = re.compile(r'"-?(\d+)","USD"')
"""The first amount in the body of a transaction."""


class Demo:
    """The steps of the demonstration, on an open platform that is served at a URL."""

    def __init__(self, platform: app.Platform, url: str, console: Console) -> None:
        self.platform = platform
        operator = keeping.of(platform.settings.data_path / "keys").operator
        self.culm = client.AsyncClient(operator, url=url, tenant=TENANT)
        self.console = console
        self.partition = platform.partition_of(TENANT)
        self.surprises: list[str] = []

    def expect(self, as_it_should_be: bool, what: str) -> None:
        """Note what came otherwise than the demonstration says: it has failed then."""
        if not as_it_should_be:
            self.surprises.append(what)

    def title(self, text: str) -> None:
        """Say what comes next."""
        self.console.print(f"\n[bold]{text}[/bold]")

    async def chart_of_accounts(self) -> None:
        """Begin books, open accounts, bring in the company's money."""
        self.title("Chart of accounts")
        await self.culm.ledger.tenants.create(name="Demo bank")
        for code, minimum in ACCOUNTS:
            account = await self.culm.ledger.accounts.open(
                code=code, currency="USD", minimum=minimum
            )
            bound = "" if minimum is None else ", never below zero"
            self.console.print(f"  {account.id}  {code} (normal side {account.side}{bound})")
        await self.post(BANK, COMPANY, FUNDING, "opening deposit")
        self.console.print(f"  deposit of {_usd(FUNDING)} to {COMPANY}")

    async def post(self, debit: str, credit: str, amount: int, reference: str) -> types.Transaction:
        """Book one transaction of two postings."""
        return await self.culm.ledger.transactions.post(
            postings=[
                {"account": debit, "side": "debit", "amount": amount},
                {"account": credit, "side": "credit", "amount": amount},
            ],
            reference=reference,
        )

    async def take_in(self, file: Path) -> intake.Intake | None:
        """Submit a file from the company's account, and say what became of it."""
        began = time.perf_counter()
        try:
            with printing.console_progress(self.console) as bar, file.open("rb") as stream:
                taken = await intake.submit(
                    stream,
                    name=file.name,
                    tenant=TENANT,
                    account=COMPANY,
                    clearing=CLEARING,
                    accept_readable=False,
                    send=self.platform.submit,
                    progress=printing.progress_on(bar, indent="  "),
                )
        except intake.FileRefused as refused:
            self.console.print(f"  {refused.message}; nothing posted; the first of them:")
            for deviation in refused.report.errors[:PROBLEMS_SHOWN]:
                printing.print_problem(self.console, deviation)
            return None
        printing.print_intake(self.console, taken, time.perf_counter() - began)
        return taken

    async def files(self) -> None:
        """The payroll, the payroll again, the debits, and a file that is refused."""
        self.title(f"Payroll: {PAYROLL.name}")
        self.expect(await self.take_in(PAYROLL) is not None, "the payroll was refused")
        self.title("The same file again posts nothing twice")
        entries = await self.count_entries()
        await self.take_in(PAYROLL)
        same = await self.count_entries()
        self.console.print(f"  entries in the ledger before {entries:,}, after {same:,}")
        self.expect(entries == same > FLIPPED, "the payroll was posted twice, or not at all")
        self.title(f"Debit collection of 2011: {DEBITS.name}")
        self.expect(await self.take_in(DEBITS) is not None, "the debits were refused")
        self.title(f"A file that breaks the rules: {INVALID.name}")
        self.expect(await self.take_in(INVALID) is None, "an invalid file was taken in")

    async def webhook(self, receiver: hooked.Receiver) -> None:
        """A server of the company's own is told of a hold, and verifies that it was us."""
        self.title("A webhook: a server of the company's own is told of holds")
        endpoints = self.culm.webhooks.endpoints
        endpoint = await endpoints.create(url=receiver.url, event_types=["ledger.hold_placed"])
        receiver.secret = (await endpoints.secret(endpoint.id)).secret or ""
        self.console.print(f"  {endpoint.id} at {receiver.url}, signed by Standard Webhooks")

    async def told(self, receiver: hooked.Receiver) -> None:
        """What the server has taken."""
        self.title("What the company's server was told")
        try:
            event = await asyncio.to_thread(receiver.received.get, timeout=TOLD_SECONDS)
        except queue.Empty:
            self.expect(False, "the webhook did not arrive")
            return
        amount = _usd(int(event.data["amount"]))
        self.console.print(f"  {event.id} {event.type}: {amount}; the signature is right")
        self.expect(receiver.forged == 0, "a webhook could not be verified")
        waiting, _ = await self.platform.waiting()
        for _ in range(OUT_LOOKS):  # it is noted every half second
            if not waiting:
                break
            await asyncio.sleep(OUT_LOOK_SECONDS)
            waiting, _ = await self.platform.waiting()
        size = await self.platform.db.fetchval("select sum(size) from book_head")
        self.console.print(f"  of {size:,} facts in the log, {waiting:,} wait to go out")
        self.expect(not waiting, "the facts have not gone out")

    async def count_entries(self) -> int:
        """How many entries there are."""
        return int(await self.platform.db.fetchval("select count(*) from ledger_entry"))

    async def hold(self) -> None:
        """Reserve an amount, capture a part, see what is available."""
        self.title("A hold of 500.00, captured in part, the rest kept")
        holds = self.culm.ledger.holds
        in_a_week = self.platform.clock() + timedelta(days=7)
        hold = await holds.place(debit=COMPANY, credit=MERCHANT, amount=50_000, expires=in_a_week)
        await self.show_balance("placed  ")
        await holds.capture(hold.id, amount=32_050)
        await self.show_balance("captured")

    async def show_balance(self, when: str) -> None:
        """The company's balance in one line."""
        found = await self.culm.ledger.accounts.balance(COMPANY)
        self.console.print(
            f"  {when}  posted {_usd(found.posted)}, held out {_usd(found.held_out)}, "
            f"available {_usd(found.available)}"
        )

    async def rejection(self) -> None:
        """A transfer that there is no money for."""
        self.title("A transfer without funds")
        try:
            await self.post(MERCHANT, COMPANY, 99_999_999, "too much")
        except errors.Refused as error:
            self.console.print(f"  rejected: {error.code} at {error.field}: {error.detail}")
        else:
            self.expect(False, "a transfer without funds was posted")

    async def trial_balance(self) -> None:
        """Every account, debits against credits."""
        self.title("Trial balance")
        trial = await self.culm.ledger.trial_balance()
        table = Table(box=None, pad_edge=False)
        table.add_column("  account")
        table.add_column("debit", justify="right")
        table.add_column("credit", justify="right")
        for currency in trial.currencies:
            for row in currency.accounts:
                table.add_row(f"  {row.code}", _usd(row.debit), _usd(row.credit))
            debit, credit = _usd(currency.debit), _usd(currency.credit)
            table.add_row(f"  [bold]total {currency.currency}[/bold]", debit, credit)
        self.console.print(table)

    async def prove(self) -> None:
        """A signed checkpoint, and a receipt that is checked without the platform."""
        transaction = await self.post(COMPANY, FEES, 250, "monthly fee")
        self.title("A signed checkpoint of the log")
        signed = await self.culm.ledger.checkpoints.get()
        self.console.print("  " + signed.strip().replace("\n", "\n  "), highlight=False)
        self.title(f"A receipt for {transaction.id}, checked offline")
        text = await self.culm.ledger.transactions.receipt(transaction.id)
        verifier = note.Verifier.parse((await self.culm.ledger.checkpoints.key()).verifier)
        receipt = proof.Receipt.from_text(text)
        proven: checkpoint.Checkpoint = proof.check(receipt, verifier)
        self.console.print(
            f"  {len(receipt.hashes)} hashes lead from the event to the root that "
            f"{proven.origin} signed over {proven.size:,} events: proven"
        )


@click.command()
def demo() -> None:
    """The main job on a fresh platform: files, a hold, a webhook, proofs, a flipped byte."""
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="culm-demo-") as directory:
        config = settings.Settings(data_dir=directory, webhook_targets="any")
        with (
            embedded.Server.start(config.data_path) as server,
            nats_server.Server.start(config.data_path) as nats,
            hooked.listening() as receiver,
        ):
            migrations.migrate(server.url, app.MIGRATIONS)
            console.print(f"A fresh platform in {time.perf_counter() - began:.1f} s")
            surprises = asyncio.run(_steps(config, server.url, nats.url, receiver, console))
            surprises += asyncio.run(_flip(config, server, console))
    console.print(f"\nAll of it took {time.perf_counter() - began:.0f} s.")
    for surprise in surprises:
        console.print(f"[bold red]It has failed: {surprise}.[/bold red]")
    sys.exit(1 if surprises else 0)


async def _steps(
    config: settings.Settings,
    url: str,
    nats_url: str,
    receiver: hooked.Receiver,
    console: Console,
) -> list[str]:
    async with (
        app.open_platform(config, url, clock_=clock.utc_now) as platform,
        _working(platform, nats_url),
        serving.api(platform, _free_port()) as api_url,
    ):
        demo_ = Demo(platform, api_url, console)
        await demo_.chart_of_accounts()
        await demo_.files()
        await demo_.webhook(receiver)
        await demo_.hold()
        await demo_.told(receiver)
        await demo_.rejection()
        await demo_.trial_balance()
        await demo_.prove()
        demo_.title("The whole platform verified: the log folded again, every row compared")
        report = await verify.prove(platform)
        verify.show(console, report)
        demo_.expect(report.ok, "the platform could not be verified")
        await demo_.culm.close()
        return demo_.surprises


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _working(platform: app.Platform, nats_url: str) -> AsyncIterator[None]:
    """The work behind the platform, until the block ends."""
    bus = bus_.Bus(nats_url)
    tasks = [asyncio.create_task(bus.run()), asyncio.create_task(working.work(platform, bus))]
    try:
        yield
    finally:
        tasks[1].cancel()
        await asyncio.wait({tasks[1]})
        tasks[0].cancel()
        await asyncio.wait({tasks[0]})


async def _flip(config: settings.Settings, server: embedded.Server, console: Console) -> list[str]:
    """Flip one byte in a copy of the database, as its superuser, and verify the copy."""
    console.print("\n[bold]One byte flipped in a copy of the database[/bold]")
    owner = await asyncpg.connect(server.url_for(pg_cluster.SUPERUSER, "postgres"))
    await owner.execute(f"create database tampered template {embedded.DATABASE}")
    await owner.close()
    url = server.url_for(pg_cluster.SUPERUSER, "tampered")
    tamperer = await asyncpg.connect(url)
    before, after = await flip(tamperer)
    await tamperer.close()
    console.print(f"  as superuser, in the log: {before} becomes {after}")
    async with app.open_platform(config, url) as platform:
        report = await verify.prove(platform)
    verify.show(console, report)
    found = report.finding is not None and report.finding.table == "book_log"
    return [] if found and before != after else ["the flipped byte was not found in the log"]


async def flip(connection: asyncpg.Connection[Any]) -> tuple[str, str]:
    """Change a digit of an amount in the log; the amount as it was there, and as it is now."""
    query = "select body from book_log where partition = 0 and position = $1"
    amount = AMOUNT.search(await connection.fetchval(query, FLIPPED))
    if amount is None:
        raise LookupError(f"the event at {FLIPPED} is not a transaction in dollars")
    digit = "8" if amount[1][0] == "9" else "9"
    start, first = amount.start() + 1, amount.start(1) + 1  # SQL counts from 1
    shown = len(amount[0])
    row = await connection.fetchrow(FLIP, FLIPPED, digit, first, start, shown)
    if row is None:
        raise LookupError(f"there is no event at {FLIPPED}")
    return row["before"], row["after"]


def _usd(amount: int | None) -> str:
    return "" if amount is None else money.format_minor(amount, 2)
