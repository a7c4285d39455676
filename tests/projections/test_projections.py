"""Projections: each event counts once, whatever dies; of a rebuild one sees only what it made."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from culm.facts.projections import batches, declaration, generations, projector, types
from culm.kernel import database
from culm.ledger import projections
from tests.conftest import Ledger, ledger_on
from tests.projections import conftest
from tests.projections.conftest import (
    caught_up,
    entries_by_day,
    generation_of,
    progress,
    projected,
    projector_on,
    transfer,
    under_load,
    until,
)


async def book(ledger: Ledger, count: int) -> None:
    await asyncio.gather(*(ledger.submit(transfer(n + 1)) for n in range(count)))


def declared(**changes: Any) -> declaration.Projection:
    """The ledger's activity, made in another way."""
    return dataclasses.replace(projections.ACTIVITY, **changes)


LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg says of a session that the server has ended, depending on when it hears of it."""


class Gate:
    """A projection that stops in the middle of a batch, with its rows written and not committed."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def project(self, tables: declaration.Tables, facts: Sequence[declaration.Fact]) -> None:
        """Do the work, then wait."""
        await projections.ACTIVITY.project(tables, facts)
        self.reached.set()
        await self.open.wait()


async def test_a_projection_is_not_there_before_it_has_taken_in_the_log(books: Ledger) -> None:
    await book(books, 30)
    feeder = projector_on(books.url, batch_events=10)

    await feeder.step()

    assert {row.state for row in await progress(books)} == {"building"}
    with pytest.raises(types.ProjectionNotBuilt):
        await generations.live(books.db, "ledger_activity", 0)
    await caught_up(feeder)
    assert await projected(books) == await entries_by_day(books)
    feeder.close()


async def test_lag_is_what_of_the_log_is_not_taken_in_and_how_long_that_waits(
    books: Ledger,
) -> None:
    feeder = projector_on(books.url)
    await caught_up(feeder)
    await books.submit(transfer(1))
    oldest = await books.db.fetchval("select max(time) from book_log")
    await books.submit(transfer(2))

    live = await generations.live(books.db, "ledger_activity", 0)

    assert live.lag(oldest + timedelta(seconds=5)) == types.Lag(events=2, seconds=5.0)
    await caught_up(feeder)
    live = await generations.live(books.db, "ledger_activity", 0)
    assert live.lag(oldest + timedelta(seconds=5)) == types.Lag(events=0, seconds=0.0)
    feeder.close()


async def test_a_projector_that_runs_is_woken_and_keeps_up(books: Ledger) -> None:
    woken, feeder = asyncio.Event(), projector_on(books.url)
    running = asyncio.create_task(feeder.run(woken))
    await book(books, 20)

    async def agree() -> bool:
        woken.set()
        live = await generation_of(books) is not None
        return live and await projected(books) == await entries_by_day(books)

    await until(agree, "the projection keeps up")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_rebuild_is_swapped_in_under_load_and_the_old_one_is_dropped(
    books: Ledger,
) -> None:
    await book(books, 200)
    feeder = projector_on(books.url, batch_events=50)
    await caught_up(feeder)
    running = asyncio.create_task(feeder.run())
    seen: list[int] = []
    async with under_load(books) as landed:
        connection = await database.connect(books.url)
        begun = await generations.begin(connection, projections.ACTIVITY)
        await connection.close()

        async def swapped() -> bool:
            seen.append(
                await books.db.fetchval("select sum(postings) from projection.ledger_activity")
            )
            return await generation_of(books) == begun

        await until(swapped, "the rebuild goes live")
    assert landed[0] > 0
    assert seen == sorted(seen), "what was counted once is never uncounted for a reader"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await caught_up(feeder)
    assert await projected(books) == await entries_by_day(books)
    assert await tables(books) == {f"ledger_activity_{begun}"}
    feeder.close()


async def test_the_old_generation_is_fed_while_the_new_one_is_built(books: Ledger) -> None:
    await book(books, 60)
    feeder = projector_on(books.url)
    await caught_up(feeder)
    feeder.close()
    feeder = projector_on(books.url, batch_events=10)
    connection = await database.connect(books.url)
    await generations.begin(connection, projections.ACTIVITY)
    await book(books, 5)

    await feeder.step()

    assert {row.state: row.size - row.position for row in await progress(books)} == {
        "live": 0,
        "building": 59,
    }
    await connection.close()
    feeder.close()


@pytest.mark.parametrize("death", ["cancelled", "connection lost"])
async def test_what_dies_in_the_middle_of_a_batch_leaves_nothing_of_it(
    books: Ledger, death: str
) -> None:
    await caught_up(first := projector_on(books.url))
    first.close()
    await book(books, 10)
    before, gate = await projected(books), Gate()
    victim = projector_on(books.url, [declared(project=gate.project)])
    running = asyncio.create_task(leading(victim))
    await gate.reached.wait()

    if death == "cancelled":
        running.cancel()
    else:
        assert await books.admin.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where state = 'idle in transaction' and datname = current_database()"
        )
        gate.open.set()
    with pytest.raises((asyncio.CancelledError, *LOST)):
        await running
    victim.close()

    assert await projected(books) == before
    successor = projector_on(books.url)

    async def agree() -> bool:
        await successor.step()
        return await projected(books) == await entries_by_day(books)

    await until(agree, "another one takes over")
    successor.close()


async def leading(feeder: projector.Projector) -> None:
    """Step until the lead of whoever was before has come free, and something was done."""
    await until(feeder.step, "somebody else leads")


async def test_a_batch_ends_where_its_events_have_become_too_many_bytes(
    books: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    await book(books, 30)
    monkeypatch.setattr(batches, "BATCH_BYTES", 1)
    monkeypatch.setattr(batches, "_READ_EVENTS", 10)
    feeder = projector_on(books.url)

    assert await feeder.step() == 4 + 10  # the accounts, which are of no interest, and ten
    await caught_up(feeder)
    assert await projected(books) == await entries_by_day(books)
    feeder.close()


async def test_of_two_that_run_one_leads_and_the_other_takes_over(books: Ledger) -> None:
    await book(books, 30)
    first, second = projector_on(books.url), projector_on(books.url)
    await first.step()

    assert await second.step() == 0
    first.close()

    async def agree() -> bool:
        await second.step()
        live = await generation_of(books) is not None
        return live and await projected(books) == await entries_by_day(books)

    await until(agree, "the second one leads")
    second.close()


async def test_two_that_both_believe_to_lead_count_each_event_once(books: Ledger) -> None:
    await book(books, 30)
    await caught_up(first := projector_on(books.url))
    await book(books, 30)
    second = projector_on(books.url)
    second._leads.add("culm/projection/ledger_activity/1/0")  # as after a lock that was lost unseen
    moved = await asyncio.gather(first.step(), second.step())

    assert sorted(moved) == [0, 30]
    assert await projected(books) == await entries_by_day(books)
    first.close()
    second.close()


async def test_an_interrupted_rebuild_goes_on_where_it_was(books: Ledger) -> None:
    await book(books, 100)
    await caught_up(first := projector_on(books.url))
    connection = await database.connect(books.url)
    begun = await generations.begin(connection, projections.ACTIVITY)
    first.close()
    second = projector_on(books.url, batch_events=40)
    await leading(second)
    second.close()
    before = {row.state: row.position for row in await progress(books)}

    third = projector_on(books.url, batch_events=40)
    await leading(third)

    after = {row.state: row.position for row in await progress(books)}
    assert (before["building"], after["building"]) == (40, 80)
    await caught_up(third)
    assert await generation_of(books) == begun
    assert await projected(books) == await entries_by_day(books)
    await connection.close()
    third.close()


async def test_a_rebuild_takes_the_place_of_one_that_was_not_finished(books: Ledger) -> None:
    await book(books, 10)
    await caught_up(feeder := projector_on(books.url))
    connection = await database.connect(books.url)
    left = await generations.begin(connection, projections.ACTIVITY)
    begun = await generations.begin(connection, projections.ACTIVITY)

    assert await tables(books) == {"ledger_activity_1", f"ledger_activity_{begun}"}
    assert left != begun
    await caught_up(feeder)
    assert await generation_of(books) == begun
    await connection.close()
    feeder.close()


async def test_a_new_version_is_built_at_the_start_and_may_have_other_tables(
    books: Ledger,
) -> None:
    await book(books, 10)
    await caught_up(old := projector_on(books.url))
    old.close()
    expected = await projected(books)
    count = declared(version=2, tables=("ledger_count",), queries=COUNT, project=count_postings)

    await caught_up(new := projector_on(books.url, [count]))

    counted = await books.db.fetch("select account, postings from projection.ledger_count")
    assert sum(row["postings"] for row in counted) == sum(row[0] for row in expected.values())
    assert await tables(books) == {"ledger_count_2"}
    with pytest.raises(asyncpg.UndefinedTableError):
        await projected(books)
    new.close()


async def test_a_view_changes_its_columns_with_the_version(books: Ledger) -> None:
    await book(books, 10)
    await caught_up(old := projector_on(books.url))
    old.close()
    counts = {"create": COUNT["create"], "add": COUNT["add"]}
    queries = {
        name: text.replace("ledger_count", "ledger_activity") for name, text in counts.items()
    }
    other = declared(version=2, queries=queries, project=count_postings)

    await caught_up(new := projector_on(books.url, [other]))

    rows = await books.db.fetch("select * from projection.ledger_activity")
    assert set(rows[0].keys()) == {"partition", "account", "postings"}
    new.close()


async def test_a_release_leaves_alone_what_a_later_one_has_built(books: Ledger) -> None:
    await book(books, 10)
    await caught_up(later := projector_on(books.url, [declared(version=2)]))
    later.close()
    await book(books, 10)

    earlier = projector_on(books.url)
    assert await earlier.step() == 0
    earlier.close()

    assert [row.version for row in await progress(books)] == [2]


async def test_readers_that_prepared_their_question_see_the_new_generation(
    books: Ledger,
) -> None:
    await book(books, 10)
    await caught_up(feeder := projector_on(books.url))
    reader = await database.connect(books.url)
    question = await reader.prepare("select sum(postings) from projection.ledger_activity")
    for _ in range(10):  # past the point where the server keeps one plan
        assert await question.fetchval() == 20
    connection = await database.connect(books.url)
    await generations.begin(connection, projections.ACTIVITY)
    await book(books, 5)
    await caught_up(feeder)

    assert await question.fetchval() == 30
    await reader.close()
    await connection.close()
    feeder.close()


async def test_a_projection_that_fails_holds_up_no_other(books: Ledger) -> None:
    await book(books, 10)
    healthy = declared(
        name="ledger_count", tables=("ledger_count",), queries=COUNT, project=count_postings
    )
    feeder = projector_on(books.url, [declared(project=defect), healthy])

    await feeder.step()
    await feeder.step()

    found = {row.projection: row for row in await progress(books)}
    assert (found["ledger_activity"].position, found["ledger_activity"].state) == (0, "building")
    assert (found["ledger_count"].position, found["ledger_count"].state) == (14, "live")
    feeder.close()


async def test_a_rebuild_that_fails_does_not_stop_the_live_one(books: Ledger) -> None:
    await book(books, 10)
    await caught_up(first := projector_on(books.url))
    first.close()
    connection = await database.connect(books.url)
    await generations.begin(connection, projections.ACTIVITY)
    await books.admin.execute("drop table projection.ledger_activity_2")
    await book(books, 10)
    feeder = projector_on(books.url)

    async def agree() -> bool:
        await feeder.step()
        return await projected(books) == await entries_by_day(books)

    await until(agree, "the live one is fed")
    await connection.close()
    feeder.close()


async def test_each_partition_is_projected_by_itself(database_url: str) -> None:
    async with ledger_on(database_url) as zero, ledger_on(database_url, partition=1) as one:
        for ledger, count in ((zero, 5), (one, 9)):
            await conftest.begun(ledger)
            await book(ledger, count)
        await caught_up(feeder := projector_on(database_url))

        for ledger in (zero, one):
            assert await projected(ledger) == await entries_by_day(ledger) != {}
        feeder.close()


async def test_a_partition_that_is_begun_later_is_projected_too(books: Ledger) -> None:
    await caught_up(first := projector_on(books.url))
    first.close()
    async with ledger_on(books.url, partition=1) as later:
        await conftest.begun(later)
        await book(later, 5)
        await caught_up(second := projector_on(books.url))
        assert await projected(later) == await entries_by_day(later) != {}
        second.close()


async def test_before_the_first_partition_there_is_nothing_to_do(database_url: str) -> None:
    feeder = projector_on(database_url)

    assert await feeder.step() == 0
    assert await feeder.step() == 0
    assert await feeder.progress() == []
    feeder.close()


async def test_a_swap_waits_for_who_reads_and_keeps_nobody_else_waiting(books: Ledger) -> None:
    await book(books, 10)
    await caught_up(feeder := projector_on(books.url))
    connection = await database.connect(books.url)
    begun = await generations.begin(connection, projections.ACTIVITY)
    reader = await database.connect(books.url)
    async with reader.transaction():
        await reader.fetch("select * from projection.ledger_activity")
        await feeder.step()
        assert await generation_of(books) == 1
        assert await projected(books) == await entries_by_day(books)
    await caught_up(feeder)
    assert await generation_of(books) == begun
    await reader.close()
    await connection.close()
    feeder.close()


async def test_a_rebuild_keeps_what_others_were_granted(books: Ledger) -> None:
    await caught_up(feeder := projector_on(books.url))
    await books.admin.execute("grant select on projection.ledger_activity to public")
    connection = await database.connect(books.url)
    begun = await generations.begin(connection, projections.ACTIVITY)
    await caught_up(feeder)

    assert await generation_of(books) == begun
    assert await books.admin.fetchval(
        "select has_table_privilege('public', 'projection.ledger_activity', 'select')"
    )
    await connection.close()
    feeder.close()


async def test_the_platforms_role_may_make_tables_for_projections_and_nowhere_else(
    books: Ledger,
) -> None:
    connection = await database.connect(books.url)
    await connection.execute("create table projection.mine (n integer)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("create table public.mine (n integer)")
    await connection.close()


@pytest.mark.parametrize("name", ["", "Activity", "a b", "a;drop", "x" * 41, "progress"])
def test_a_name_that_is_no_name_of_a_table_is_a_defect(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        declared(name=name)
    with pytest.raises(ValueError, match="cannot name"):
        declared(tables=(name,))


COUNT = {
    "create": "create table :ledger_count (partition smallint, account bigint, postings bigint)",
    "add": "insert into :ledger_count select $1, * from unnest($2::bigint[], $3::bigint[])",
}


async def count_postings(tables_: declaration.Tables, facts: Sequence[declaration.Fact]) -> None:
    """Another way to project the same facts."""
    found = projections.turnover(facts)
    accounts = [account for account, _ in found]
    await tables_.execute("add", accounts, [line[0] for line in found.values()])


async def defect(_tables: declaration.Tables, _facts: Sequence[declaration.Fact]) -> None:
    raise RuntimeError("a defect")


async def tables(ledger: Ledger) -> set[str]:
    rows = await ledger.db.fetch("select tablename from pg_tables where schemaname = 'projection'")
    return {row["tablename"] for row in rows} - {"progress"}
