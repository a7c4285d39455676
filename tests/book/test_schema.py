"""The schema that the migrations lead to is the one that each context declares beside its code."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import asyncpg
import pytest

import culm
from culm.book import verify_schema
from culm.kernel import embedded, pg_cluster

SOURCES = Path(culm.__file__).parent
BELOW_FIRST = ("book", "ledger")
"""Contexts that others refer to; what is below is declared first."""

MIGRATOR = "schema_migrations"
"""dbmate's own table."""

OF_NOBODY: Final = {
    "book_head": "where each partition stands",
    "book_turn": "the turns of a partition",
    "book_node": "hashes of the log, of all tenants together",
    "book_checkpoint": "signed checkpoints, of all tenants together",
    "relay": "how far each partition's log went out",
    "work_place": "how far reactors are in a partition",
    "projection.progress": "how far projections are in a partition",
}
"""The tables without rows of tenants. Every other one has row-level security: its migration and
schema.sql say `select culm_guard('the_table');`, see docs/guides/add-a-command.md."""


def declared() -> list[Path]:
    """The schema.sql of every context."""
    found = {
        path.parent.relative_to(SOURCES).as_posix(): path for path in SOURCES.rglob("schema.sql")
    }
    first = [found.pop(name) for name in BELOW_FIRST]
    return first + [found[name] for name in sorted(found)]


def dump(url: str) -> list[list[str]]:
    """Every statement that makes this schema, in no particular order, without remarks.

    What begins with a backslash is for psql, and differs from run to run.
    """
    done = subprocess.run(
        [
            str(pg_cluster.binaries() / "pg_dump"),
            "--schema-only",
            "--no-owner",
            f"--exclude-table={MIGRATOR}",
            url,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("--", "\\"))]
    statements = "\n".join(lines).split(";\n")
    return sorted(statement.split() for statement in statements if statement.strip())


@pytest.fixture
async def declared_url(server: embedded.Server, template: str) -> AsyncIterator[str]:
    """A database made from the declarations alone; the migrations made the platform's role."""
    owner = await asyncpg.connect(server.url_for("postgres", "postgres"))
    await owner.execute("create database declared template template0")
    connection = await asyncpg.connect(server.url_for("postgres", "declared"))
    for path in declared():
        await connection.execute(path.read_text(encoding="utf-8"))
    await connection.close()
    yield server.url_for("postgres", "declared")
    await owner.execute("drop database declared with (force)")
    await owner.close()


def test_the_migrated_schema_is_the_declared_one(
    server: embedded.Server, template: str, declared_url: str
) -> None:
    migrated = dump(server.url_for("postgres", template))
    assert migrated == dump(declared_url)
    assert len(migrated) > 10


async def test_the_schema_that_the_proof_demands_is_the_declared_one(declared_url: str) -> None:
    """A new table, column or grant gets its line in migrations/schema.txt."""
    connection = await asyncpg.connect(declared_url)
    names = await connection.fetch(
        "select tablename::text from pg_tables where schemaname = 'public'"
    )
    facts = await verify_schema.facts(connection, {row[0] for row in names})
    await connection.close()
    assert verify_schema.declared() == facts, "\n".join(sorted(map(": ".join, facts)))


async def test_every_primary_key_begins_with_the_partition(declared_url: str) -> None:
    """So that tables can be distributed by it."""
    connection = await asyncpg.connect(declared_url)
    elsewhere = await connection.fetch(
        """select relname from pg_index
        join pg_class on pg_class.oid = indrelid
        join pg_attribute on attrelid = indrelid and attnum = indkey[0]
        where indisprimary and relnamespace = 'public'::regnamespace and attname <> 'partition'"""
    )
    await connection.close()
    assert elsewhere == []


async def test_readers_see_the_rows_of_one_tenant_alone(declared_url: str) -> None:
    """A new table gets its `culm_guard`: see docs/guides/add-a-command.md."""
    connection = await asyncpg.connect(declared_url)
    open_ = await connection.fetch(
        """select oid::regclass::text as name from pg_class
        where relkind in ('r', 'p') and not relrowsecurity
            and relnamespace in ('public'::regnamespace, 'projection'::regnamespace)"""
    )
    await connection.close()
    assert {row["name"] for row in open_} == set(OF_NOBODY)
