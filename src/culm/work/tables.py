"""The state of parked facts, and for each aggregate which of them wait, in order."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import Any, Final

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql
from culm.work import types

QUERIES: Final = sql.load_queries("culm.work")

LANE: Final = re.compile(r"[0-9a-f]{16}")
_name: Final = functools.partial(re.fullmatch, types.NAME)


def read(row: SqlRow) -> tuple[str, types.Parked]:
    """A parked fact from its row."""
    fact = ids.from_number("evt", row["fact"])
    parked_id = types.id_of(row["reactor"], fact)
    return parked_id, types.Parked(**{**row, "id": parked_id, "fact": fact})


def _write(partition: int, _key: str, parked: types.Parked) -> dict[str, SqlValue]:
    return {
        "partition": partition,
        "reactor": parked.reactor,
        "fact": ids.number_of(parked.fact),
        "tenant": parked.tenant,
        "type": parked.type,
        "lane": parked.lane,
        "code": parked.code,
        "attempts": parked.attempts,
        "round": parked.round,
        "state": parked.state,
        "parked": clock.timestamp(parked.parked),
        "changed": clock.timestamp(parked.changed),
    }


def _columns(keys: Collection[str]) -> list[list[Any]]:
    """The reactors and the facts' numbers behind ids."""
    return [
        [key.rpartition(":")[0] for key in keys],
        [types.number_of(key) for key in keys],
    ]


def _read_lane(row: SqlRow) -> tuple[tuple[str, str], types.Lane]:
    return (row["reactor"], row["lane"]), types.Lane(tuple(row["facts"]))


def _is_lane(key: tuple[str, str]) -> bool:
    return _name(key[0]) is not None and LANE.fullmatch(key[1]) is not None


PARKED: Final = Table[types.Parked](
    name="work_parked",
    load=QUERIES["load_parked"],
    read=read,
    is_key=lambda key: types.parts(key) is not None,
    parameters=_columns,
    save=QUERIES["save_parked"],
    write=_write,
    list_all=QUERIES["all_parked"],
)
LANES: Final = Table[types.Lane](
    name="work lanes",
    load=QUERIES["load_lanes"],
    read=_read_lane,
    is_key=_is_lane,
)
