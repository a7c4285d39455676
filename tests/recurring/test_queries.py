"""Every statement of recurring payments fits the schema, and what it returns fits who receives
it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from culm.recurring import tables, types
from culm.recurring.reads import queries

if TYPE_CHECKING:
    from tests.conftest import Ledger

SCHEDULE = set(types.Schedule.__struct_fields__) - {"number"}
MANDATE = set(types.Mandate.__struct_fields__) - {"number"}
COLLECTION = {"id", "tenant", "mandate", "amount", "created", "counted"}
RUN = set(types.Run.__struct_fields__) - {"number"}

RECEIVERS = {
    "load_schedules": SCHEDULE,
    "all_schedules": SCHEDULE,
    "schedule": SCHEDULE,
    "schedules": SCHEDULE,
    "load_runs": RUN,
    "all_runs": RUN,
    "run": RUN,
    "runs": RUN,
    "load_mandates": MANDATE,
    "all_mandates": MANDATE,
    "mandate": MANDATE,
    "mandates": MANDATE,
    "load_collections": COLLECTION,
    "all_collections": COLLECTION,
    "collections": COLLECTION,
}
"""The columns of each query that returns rows. A new query finds its place here."""

QUERIES = tables.QUERIES | queries.QUERIES


@pytest.mark.parametrize("name", sorted(QUERIES))
async def test_a_query_returns_what_is_read_from_it(name: str, ledger: Ledger) -> None:
    if name.startswith("save_"):
        assert re.match(r"insert into recurring_\w*\nselect r\.\* from head", QUERIES[name])
        return
    statement = await ledger.admin.prepare(QUERIES[name])
    assert {column.name for column in statement.get_attributes()} == RECEIVERS[name]
