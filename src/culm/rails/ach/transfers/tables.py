"""Transfers, as the Book loads, caches and writes them."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import date
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql
from culm.rails.ach.transfers import types

QUERIES: Final = sql.load_queries("culm.rails.ach.transfers")

_NAMES: Final = {"account": "acc", "hold": "hld", "window": "win"}
"""The columns that hold the number behind an id, and its prefix."""


def read_transfer(row: SqlRow) -> tuple[str, types.Transfer]:
    """A transfer from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    named = {name: ids.from_number(prefix, row[name]) for name, prefix in _NAMES.items()}
    changed = {
        "id": public_id,
        "number": row["id"],
        "amount": int(row["amount"]),
        "shortfall": int(row["shortfall"]),
        "unclaimed": int(row["unclaimed"]),
    }
    return public_id, types.Transfer(**{**row, **named, **changed})


def _write_transfer(partition: int, _key: str, transfer: types.Transfer) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(transfer)
    del row["number"]
    row |= {name: ids.number_of(row[name]) for name in _NAMES}
    return row | {
        "partition": partition,
        "id": transfer.number,
        "ordered": clock.timestamp(transfer.ordered),
        "returned_on": _day(transfer.returned_on),
        "effective": _day(transfer.effective),
    }


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _read_trace(row: SqlRow) -> tuple[tuple[str, str], str]:
    return (row["tenant"], row["trace"]), ids.from_number(types.PREFIX, row["id"])


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


TRANSFERS: Final = Table[types.Transfer](
    name="ach_transfer",
    load=QUERIES["load_transfers"],
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    read=read_transfer,
    save=QUERIES["save_transfers"],
    write=_write_transfer,
    list_all=QUERIES["all_transfers"],
)
TRACES: Final = Table[str](name="trace numbers", load=QUERIES["load_traces"], read=_read_trace)
"""The newest transfer that went out under a trace number."""


def _read_apart(row: SqlRow) -> tuple[str, types.Apart]:
    public_id = ids.from_number(types.PREFIX, row["id"])
    changed = {"id": public_id, "number": row["id"], "amount": int(row["amount"])}
    return public_id, types.Apart(**{**row, **changed})


def _read_dishonour(row: SqlRow) -> tuple[str, types.Dishonour]:
    public_id = ids.from_number(types.PREFIX, row["id"])
    return public_id, types.Dishonour(**{**row, "id": public_id, "number": row["id"]})


def _write_about(
    partition: int, _key: str, about: types.Apart | types.Dishonour
) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(about)
    del row["number"]
    return row | {
        "partition": partition,
        "id": about.number,
        "returned_on": about.returned_on.isoformat(),
    }


APART: Final = Table[types.Apart](
    name="ach_return_apart",
    load=QUERIES["load_apart"],
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    read=_read_apart,
    save=QUERIES["save_apart"],
    write=_write_about,
    list_all=QUERIES["all_apart"],
)
DISHONOURS: Final = Table[types.Dishonour](
    name="ach_dishonour",
    load=QUERIES["load_dishonours"],
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    read=_read_dishonour,
    save=QUERIES["save_dishonours"],
    write=_write_about,
    list_all=QUERIES["all_dishonours"],
)
