"""The terms, as the Book loads, caches and writes them."""

from __future__ import annotations

from typing import Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import sql
from culm.rails.ach.odfi import types

QUERIES: Final = sql.load_queries("culm.rails.ach.odfi")


def read_terms(row: SqlRow) -> tuple[str, types.AchTerms]:
    """Terms from their row."""
    return row["tenant"], msgspec.json.decode(row["terms"], type=types.AchTerms)


def _write(partition: int, tenant: str, terms: types.AchTerms) -> dict[str, SqlValue]:
    text = msgspec.json.encode(terms, order="sorted").decode()
    return {"partition": partition, "tenant": tenant, "terms": text}


TERMS: Final = Table[types.AchTerms](
    name="ach_terms",
    load=QUERIES["load_terms"],
    read=read_terms,
    save=QUERIES["save_terms"],
    write=_write,
    list_all=QUERIES["all_terms"],
)
