"""Every statement of foreign exchange fits the schema, and what it returns fits who receives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from culm.fx import reads, tables, types

if TYPE_CHECKING:
    from tests.conftest import Ledger

RATE = set(types.Rate.__struct_fields__)
QUOTE = set(types.Quote.__struct_fields__) - {"number"}

RECEIVERS = {
    "load_rates": RATE,
    "all_rates": RATE,
    "rates": RATE,
    "load_quotes": QUOTE,
    "all_quotes": QUOTE,
    "quote": QUOTE,
    "quotes": QUOTE,
}
"""The columns of each query that returns rows. A new query finds its place here."""

QUERIES = tables.QUERIES | reads.QUERIES


@pytest.mark.parametrize("name", sorted(QUERIES))
async def test_a_query_returns_what_is_read_from_it(name: str, ledger: Ledger) -> None:
    if name.startswith("save_"):
        assert re.match(r"insert into fx_\w*\nselect r\.\* from head", QUERIES[name])
        return
    statement = await ledger.admin.prepare(QUERIES[name])
    assert {column.name for column in statement.get_attributes()} == RECEIVERS[name]
