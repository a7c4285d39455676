"""The projector's statements fit the schema, and what they return fits what receives it."""

from __future__ import annotations

import re
from importlib import resources

from culm.facts.projections import declaration, generations, types
from tests.conftest import Ledger

PROGRESS = set(types.Progress.__struct_fields__)
RECEIVERS = {
    "session": {"set_config"},
    "hurry": {"set_config"},
    "lead": {"pg_try_advisory_lock"},
    "lock_generations": {"pg_advisory_xact_lock"},
    "progress": PROGRESS,
    "live": PROGRESS,
    "events": {"position", "time", "tenant", "type", "version", "body"},
    "advance": {"position"},
    "begin": {"partition"},
    "caught_up": {"bool_and"},
}
NAMES = {":view": "projection.planted", ":table": "projection.progress"}


async def test_every_query_fits_the_schema_and_its_receiver(ledger: Ledger) -> None:
    async with ledger.db.acquire() as connection:
        for name in generations.QUERIES:
            statement = await connection.prepare(generations.named(name, NAMES))
            columns = {attribute.name for attribute in statement.get_attributes()}
            assert columns == RECEIVERS.get(name, set()), name


def test_every_query_says_what_it_is_for() -> None:
    text = resources.files("culm.facts.projections").joinpath("queries.sql").read_text()
    for name in generations.QUERIES:
        assert re.search(rf"^-- name: {name}\n-- \S", text, re.MULTILINE), name


async def test_the_one_table_of_ours_has_the_name_that_no_projection_may_have(
    ledger: Ledger,
) -> None:
    rows = await ledger.db.fetch("select tablename from pg_tables where schemaname = 'projection'")
    assert [row["tablename"] for row in rows] == [declaration.PROGRESS]
