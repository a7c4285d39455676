"""The state of access, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec

from culm.access import types
from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql

QUERIES: Final = sql.load_queries("culm.access")

_COLUMNS: Final = tuple(
    name for name in types.Key.__struct_fields__ if name not in ("id", "number")
)
_LISTS: Final = ("scopes", "addresses")
_TIMES: Final = ("previous_until", "created", "expires", "revoked")


def read_key(row: SqlRow) -> tuple[str, types.Key]:
    """A key from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    found = {name: row[name] for name in _COLUMNS}
    found |= {name: tuple(row[name]) for name in _LISTS}
    found["routes"] = msgspec.json.decode(row["routes"], type=types.Routes)
    return public_id, types.Key(id=public_id, number=row["id"], **found)


def _write_key(partition: int, _key: str, key: types.Key) -> dict[str, SqlValue]:
    row = {name: getattr(key, name) for name in _COLUMNS}
    row |= {name: list(row[name]) for name in _LISTS}
    row |= {name: _time(row[name]) for name in _TIMES}
    row["routes"] = msgspec.json.encode(key.routes, order="sorted").decode()
    return {"partition": partition, "id": key.number, **row}


def _read_owner(row: SqlRow) -> tuple[str, types.Owner]:
    return row["tenant"], types.Owner(row["tenant"], row["keys"])


def _write_owner(partition: int, _key: str, owner: types.Owner) -> dict[str, SqlValue]:
    return {"partition": partition, **msgspec.structs.asdict(owner)}


def _time(value: datetime | None) -> str | None:
    return None if value is None else clock.timestamp(value)


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    """Ids as the database keys them."""
    return [[ids.number_of(key) for key in keys]]


KEYS: Final = Table[types.Key](
    name="access_key",
    load=QUERIES["load_keys"],
    read=read_key,
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    save=QUERIES["save_keys"],
    write=_write_key,
    list_all=QUERIES["all_keys"],
)
OWNERS: Final = Table[types.Owner](
    name="access_owner",
    load=QUERIES["load_owners"],
    read=_read_owner,
    save=QUERIES["save_owners"],
    write=_write_owner,
    list_all=QUERIES["all_owners"],
)
