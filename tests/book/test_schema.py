"""The schema that the migrations lead to is the one that each context declares beside its code."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

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
