"""Holds that were placed before there were timers get theirs when the database is migrated."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from culm import app
from culm.kernel import embedded, migrations
from culm.ledger import commands as ledger
from tests.conftest import Clock, ledger_on
from tests.timers.conftest import ANN, BOB, Desk

OURS = 20261125000011


@pytest.fixture
def before(server: embedded.Server, tmp_path: Path) -> str:
    """A database as the release before left it."""
    old = tmp_path / "migrations"
    old.mkdir()
    for path in app.MIGRATIONS.glob("*.sql"):
        if int(path.name.partition("_")[0]) < OURS:
            shutil.copy(path, old)
    url = server.url_for("postgres", f"before_{tmp_path.name[-30:]}")
    migrations.migrate(url, old)
    return url


async def copy(
    source: asyncpg.Connection[Any], target: asyncpg.Connection[Any], table: str
) -> None:
    """Bring the rows of a table over, in the columns that the target has."""
    rows = await target.fetch(
        "select column_name from information_schema.columns where table_name = $1", table
    )
    names = [row[0] for row in rows]
    listed = ", ".join(f'"{name}"' for name in names)
    found = await source.fetch(f"select {listed} from {table}")
    await target.copy_records_to_table(table, records=map(tuple, found), columns=names)


async def test_open_holds_expire_after_the_migration_and_all_is_proven(
    database_url: str, before: str, tmp_path: Path
) -> None:
    """What this release records of holds is what the one before recorded: so its tables, without
    the timers, are those of a database that the one before has left."""
    clock = Clock()
    due = clock.now + timedelta(hours=1)
    async with ledger_on(database_url, clock=clock) as made:
        desk = Desk(made)
        await desk.open()
        holds = [
            await desk.ask(ledger.PlaceHold(debit=ANN, credit=BOB, amount=10, expires=expires))
            for expires in (due, due, due, due, None)
        ]
        await desk.ask(ledger.CaptureHold(hold=holds[0].id))
        await desk.ask(ledger.ReleaseHold(hold=holds[1].id))
        await desk.ask(ledger.CaptureHold(hold=holds[3].id, amount=4))
        old = await asyncpg.connect(before)
        tables = [
            row[0]
            for row in await old.fetch(
                "select tablename from pg_tables where schemaname = 'public'"
                " and (tablename like 'ledger%' or tablename like 'book%')"
            )
        ]
        for table in tables:
            await copy(made.admin, old, table)
        await old.close()

    migrations.migrate(before, app.MIGRATIONS)
    async with ledger_on(before, clock=clock) as now:
        desk = Desk(now)
        await desk.prove(tmp_path)
        clock.advance(hours=1)
        assert await desk.fire() == 2
        expired = [one["hold"] for one in await desk.log("ledger.hold_expired")]
        assert sorted(expired) == [holds[2].id, holds[3].id]
        await desk.prove(tmp_path)
