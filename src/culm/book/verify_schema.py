"""The proof that the tables are those that the migrations made, and that the platform's role may do
with them what it needs and no more: a proof reads columns by name, and an insert-only table is one
only as long as nobody may update it."""

from __future__ import annotations

from importlib import resources
from typing import Final

from culm.book import finding, reading, stream
from culm.kernel import sql

QUERIES: Final = sql.load_queries("culm.book", "verify.sql")

Fact = tuple[str, str]
"""A table, and something that is so of it."""


def declared() -> set[Fact]:
    """What the migrations of this release lead to; a test holds the file to them."""
    text = resources.files("culm").joinpath("migrations/schema.txt").read_text(encoding="utf-8")
    lines = (line.partition(": ") for line in text.splitlines())
    return {(table, fact) for table, _, fact in lines}


async def facts(connection: stream.Connection, tables: set[str]) -> set[Fact]:
    """What is so of these tables in this database."""
    return {tuple(row) for row in await connection.fetch(QUERIES["schema"], sorted(tables))}


async def check(connection: stream.Connection) -> None:
    """Compare the two. Raises `Damaged` with the first table that differs."""
    wanted = declared()
    with reading.reading(connection, None, "the schema"):
        found = await facts(connection, {table for table, _ in wanted})
    differing = sorted({table for table, _ in wanted ^ found})
    if differing:
        table = differing[0]
        raise finding.damaged(
            None,
            table,
            "the table is not as the migrations made it",
            expected=_told(table, wanted - found),
            found=_told(table, found - wanted),
        )


def _told(table: str, facts_: set[Fact]) -> str:
    return "; ".join(sorted(fact for name, fact in facts_ if name == table)) or "nothing else"
