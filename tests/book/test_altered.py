"""One byte changed anywhere is found, and named: every column of every table, by a superuser."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from culm.book import verify
from tests.book import altering
from tests.book.conftest import Books

# What docs/concepts/proof.md lists as not proven, and nothing else.
UNPROVEN_COLUMNS = {
    ("book_turn", "nonce"),
    ("book_answer", "time"),
}
UNPROVEN_ROWS = {"book_checkpoint"}

Used = tuple[Books, Sequence[str]]


@pytest.fixture(params=altering.PROVEN)
def used(request: pytest.FixtureRequest) -> Used:
    """Books, and the tables that they have something in."""
    books: Books = request.getfixturevalue(request.param)
    return books, altering.PROVEN[request.param]


def named(report: verify.Report) -> str:
    """The table that the finding names."""
    return report.finding.table if report.finding else ""


async def test_every_table_of_the_platform_is_proven(books: Books) -> None:
    tables = await books.admin.fetch(
        "select tablename from pg_tables"
        " where schemaname = 'public' and tablename <> 'schema_migrations'"
    )
    proven = {*altering.BOOKS, *altering.ROOMS}

    assert {row[0] for row in tables} == {*proven, *altering.NOTED, *altering.ERASABLE}


async def test_what_nobody_touched_is_proven(used: Used) -> None:
    books, tables = used

    report = await books.verify()

    assert report.ok, report.finding
    empty = [
        table for table in tables if not await books.admin.fetchval(f"select count(*) from {table}")
    ]
    assert empty == [], "there is no row to be altered"


async def test_a_change_in_any_column_of_any_table_is_found_there(used: Used) -> None:
    books, tables = used
    missed, elsewhere = set(), {}
    for table in tables:
        for column, type_ in (await altering.columns(books.admin, table)).items():
            changed = altering.changed(table, column, type_)
            middle = altering.MIDDLE.format(table)
            report = await books.verify_after(
                f'update {table} set "{column}" = {changed} where ctid = ({middle})'
            )
            if report.ok:
                missed.add((table, column))
            elif named(report) != table:
                elsewhere[table, column] = str(report.finding)

    assert missed == {one for one in UNPROVEN_COLUMNS if one[0] in tables}
    assert elsewhere == {}


async def test_a_row_taken_away_is_found_missing(used: Used) -> None:
    books, tables = used
    found = {}
    for table in tables:
        for row in (f"({altering.MIDDLE.format(table)})", f"(select max(ctid) from {table})"):
            report = await books.verify_after(f"delete from {table} where ctid = {row}")
            found[table, row] = named(report)

    expected = {at: "" if at[0] in UNPROVEN_ROWS else at[0] for at in found}
    assert found == expected


async def test_a_row_added_is_found(used: Used) -> None:
    books, tables = used
    found = {}
    for table in tables:
        *_, last = await altering.key(books.admin, table)
        types = await altering.columns(books.admin, table)
        values = {name: f'"{name}"' for name in types}
        values[last] = altering.changed(table, last, types[last])
        if table == "ledger_account":
            values["code"] = "code || 'x'"  # unique in the tenant
        names = ", ".join(f'"{name}"' for name in types)
        report = await books.verify_after(
            f"insert into {table} ({names}) select {', '.join(values.values())} from {table}"
            f" where ctid = (select max(ctid) from {table})"
        )
        found[table] = named(report)

    assert found == {table: "" if table == "book_answer" else table for table in tables}


async def test_two_rows_swapped_are_found(used: Used) -> None:
    books, tables = used
    found = {}
    for table in tables:
        keys = await altering.key(books.admin, table)
        columns = await altering.columns(books.admin, table)
        rest = [f'"{name}"' for name in columns if name not in keys]
        if table == "book_head" or not rest:
            continue  # of one row, or of nothing but its key
        swapped = (
            f"update {table} a set ({', '.join(rest)}) = (select {', '.join(rest)} from {table} b"
            f" where b.ctid = case a.ctid when (select min(ctid) from {table})"
            f" then (select max(ctid) from {table}) else (select min(ctid) from {table}) end)"
            f" where a.ctid in (select min(ctid) from {table} union select max(ctid) from {table})"
        )
        if table == "ledger_account":
            swapped = swapped.replace('"code", ', "")
        if table == "book_node":
            swapped = "update book_node set hash = (select leaf from book_log limit 1)"
        found[table] = named(await books.verify_after(swapped))

    assert found == {table: table for table in found}


async def test_a_row_of_a_partition_that_does_not_exist_is_found_in_any_table(used: Used) -> None:
    books, tables = used
    found = {}
    for table in tables:
        if table not in ("book_head", "book_turn"):  # those make the partition
            names = [f'"{name}"' for name in await altering.columns(books.admin, table)]
            assert names[0] == '"partition"'
            report = await books.verify_after(
                f"insert into {table} ({', '.join(names)})"
                f" select 7, {', '.join(names[1:])} from {table} limit 1"
            )
            assert report.finding is not None
            found[table] = named(report), report.finding.what

    what = "a row of a partition that does not exist"
    assert found == {table: (table, what) for table in found}
