"""Windows, as the Book loads, caches and writes them."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql
from culm.rails.ach.odfi import types as odfi
from culm.rails.ach.windows import types

QUERIES: Final = sql.load_queries("culm.rails.ach.windows")


def _read_window(row: SqlRow) -> tuple[str, types.Window]:
    public_id = ids.from_number(types.PREFIX, row["id"])
    cut = tuple(ids.from_number(types.BATCH, number) for number in row["cut"])
    terms = row["terms"]
    changed = {
        "id": public_id,
        "number": row["id"],
        "cut": cut,
        "terms": None if terms is None else msgspec.json.decode(terms, type=odfi.AchTerms),
    }
    return public_id, types.Window(**{**row, **changed})


def _write_window(partition: int, _key: str, window: types.Window) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(window)
    del row["number"]
    terms = window.terms
    return row | {
        "partition": partition,
        "id": window.number,
        "closes": clock.timestamp(window.closes),
        "effective": window.effective.isoformat(),
        "settles": clock.timestamp(window.settles),
        "terms": None if terms is None else msgspec.json.encode(terms, order="sorted").decode(),
        "cut": [str(ids.number_of(batch)) for batch in window.cut],
    }


def _read_current(row: SqlRow) -> tuple[tuple[str, str], str]:
    return (row["tenant"], row["service"]), ids.from_number(types.PREFIX, row["id"])


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


WINDOWS: Final = Table[types.Window](
    name="ach_window",
    load=QUERIES["load_windows"],
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    read=_read_window,
    save=QUERIES["save_windows"],
    write=_write_window,
    list_all=QUERIES["all_windows"],
)
CURRENT: Final = Table[str](name="newest windows", load=QUERIES["load_current"], read=_read_current)
"""The window that a tenant opened last for a service."""
