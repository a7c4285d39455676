"""A ledger with projections on its log, and the ways to look at both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest

from culm import app
from culm.facts.projections import batches, declaration, generations, projector, types
from culm.kernel import database
from culm.ledger import commands
from tests.conftest import Ledger

BANK, ANN, BEN = "assets:bank", "liabilities:ann", "liabilities:ben"

Days = dict[tuple[int, date], tuple[int, int, int]]

AGGREGATE = """
    select account, (coalesce(effective, recorded) at time zone 'UTC')::date as day,
        count(*) as postings, sum(greatest(amount, 0)) as debit, sum(greatest(-amount, 0)) as credit
    from ledger_entry where partition = $1 and amount <> 0 group by 1, 2
"""


async def entries_by_day(ledger: Ledger) -> Days:
    """What the ledger's entries come to."""
    return _days(await ledger.db.fetch(AGGREGATE, ledger.partition))


async def projected(ledger: Ledger, table: str = "ledger_activity") -> Days:
    """What the projection says; by default the live one."""
    query = f"select * from projection.{table} where partition = $1"
    return _days(await ledger.db.fetch(query, ledger.partition))


def _days(rows: Sequence[Any]) -> Days:
    return {
        (r["account"], r["day"]): (r["postings"], int(r["debit"]), int(r["credit"])) for r in rows
    }


def projector_on(
    url: str,
    projections: Sequence[declaration.Projection] = app.PROJECTIONS,
    *,
    batch_events: int = batches.BATCH_EVENTS,
) -> projector.Projector:
    """A projector on a database, as one process of the platform has it."""

    async def connect() -> projector.Connection:
        return await database.connect(url)

    return projector.Projector(connect, app.catalog(), projections, batch_events=batch_events)


async def caught_up(feeder: projector.Projector) -> None:
    """Step until there is nothing to do, swaps and drops included."""
    while await feeder.step() or await _unsettled(feeder):
        pass


async def _unsettled(feeder: projector.Projector) -> bool:
    return any(row.state != "live" for row in await feeder.progress())


async def until(true: Callable[[], Any], what: str) -> None:
    """Wait until something is so; at most half a minute, with `what` as the complaint."""
    for _ in range(600):
        if await true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"it never came that {what}")


async def generation_of(ledger: Ledger) -> int | None:
    """The number of the live generation."""
    rows = [row for row in await progress(ledger) if row.state == "live"]
    return rows[0].generation if rows else None


async def progress(ledger: Ledger) -> list[types.Progress]:
    """How far every generation is."""
    return await generations.progress(ledger.db)


def transfer(amount: int, **rest: Any) -> commands.PostTransaction:
    """Money for Ann, from the bank."""
    postings = (
        commands.Posting(BANK, "debit", amount),
        commands.Posting(ANN, "credit", amount),
    )
    return commands.PostTransaction(postings=postings, **rest)


async def begun(ledger: Ledger) -> None:
    """Books with three accounts."""
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in (BANK, ANN, BEN):
        await ledger.submit(commands.OpenAccount(code=code, currency="EUR"))


@asynccontextmanager
async def under_load(ledger: Ledger) -> AsyncIterator[list[int]]:
    """Transfers one after the other, of several callers, until the block ends; how many landed."""
    landed = [0]

    async def call() -> None:
        while True:
            await ledger.submit(transfer(1))
            landed[0] += 1

    callers = [asyncio.create_task(call()) for _ in range(4)]
    try:
        yield landed
    finally:
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)


@pytest.fixture
async def books(ledger: Ledger) -> Ledger:
    """A ledger with three accounts and nothing booked."""
    await begun(ledger)
    return ledger
