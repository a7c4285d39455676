"""Proofs: a receipt that is checked offline, the whole folded again, and a byte that is flipped."""

from __future__ import annotations

import re
from typing import Any, Final

import asyncpg
from rich.console import Console

from culm import app
from culm.book import checkpoint, note, proof
from culm.commands import verify
from culm.commands.showing import bookkeeping
from culm.commands.showing import stage as stage_
from culm.kernel import embedded, pg_cluster, settings

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


async def receipt(stage: stage_.Stage) -> None:
    """A receipt for a transaction, checked without the platform against a signed checkpoint."""
    transaction = await bookkeeping.post(
        stage, bookkeeping.COMPANY, bookkeeping.FEES, 250, "monthly fee"
    )
    stage.title(f"A receipt for {transaction}, checked offline")
    ledger = stage.culm.ledger
    verifier = note.Verifier.parse((await ledger.checkpoints.key()).verifier)
    given = proof.Receipt.from_text(await ledger.transactions.receipt(transaction))
    proven: checkpoint.Checkpoint = proof.check(given, verifier)
    stage.say(
        f"{len(given.hashes)} hashes lead from the event to the root that "
        f"{proven.origin} signed over {proven.size:,} events: proven"
    )


async def all_of_it(stage: stage_.Stage) -> None:
    """The whole platform: the log is folded again, and compared with every row."""
    stage.title("The whole platform verified: the log folded again, every row compared")
    report = await verify.prove(stage.platform)
    verify.show(stage.console, report)
    stage.expect(report.ok, "the platform could not be verified")


async def flipped(
    config: settings.Settings, server: embedded.Server, console: Console
) -> list[str]:
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
