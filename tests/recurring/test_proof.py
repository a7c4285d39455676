"""Recurring payments are a fold of the log, as everything is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from culm.timers import commands as timer_commands
from tests.book.conftest import Books
from tests.recurring.world import World


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("update recurring_run set code = 'nothing'", "recurring_run"),
        ("update recurring_schedule set failures = failures + 1", "recurring_schedule"),
    ],
)
async def test_books_with_schedules_are_proven(
    stored: World, tmp_path: Path, change: str, table: str
) -> None:
    ann, bob = await stored.wallet(15), await stored.wallet()
    made = await stored.schedule(ann, bob, retries=[1, 3], stop_after=5, adjust="following")
    await stored.schedule(ann, bob, at=stored.clock.now + timedelta(days=30))
    for _ in range(3):
        stored.clock.advance(days=1)
        await stored.submit(timer_commands.FireTimers(timers=(f"{made.id}:run",)))
    await stored.skip(made.id)
    assert (await stored.now(made.id)).passed == 4
    books = Books(stored.ledger, tmp_path / "keys")
    await books.seal()
    report = await books.verify()
    assert report.ok, report.finding
    spoilt = await books.verify_after(change)
    assert spoilt.finding is not None
    assert spoilt.finding.table == table
