"""The state of timers and clocks, as the Book loads, caches and writes it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, sql
from culm.timers import types

QUERIES: Final = sql.load_queries("culm.timers")

_ID: Final = re.compile(r"[a-z]{3}_[0-7][0-9a-f]{15}(:[a-z_]{1,32})?")


def is_timer_id(text: str) -> bool:
    """Whether the text has the form of a timer's id: `tmr_...`, or what it is about and what for,
    as in `hld_...:expiry`."""
    return _ID.fullmatch(text) is not None


def read_timer(row: SqlRow) -> tuple[str, types.Timer]:
    """A timer from its row."""
    schedule = row["schedule"]
    decoded = None if schedule is None else msgspec.json.decode(schedule, type=types.Schedule)
    return row["id"], types.Timer(**{**row, "schedule": decoded})


def _write_timer(partition: int, _key: str, timer: types.Timer) -> dict[str, SqlValue]:
    schedule = timer.schedule
    changed = {
        "due": _time(timer.due),
        "schedule": None if schedule is None else msgspec.json.encode(schedule).decode(),
        "set": clock.timestamp(timer.set),
        "last": _time(timer.last),
    }
    return {"partition": partition, **msgspec.structs.asdict(timer), **changed}


def read_clock(row: SqlRow) -> tuple[str, types.Clock]:
    """A virtual clock from its row."""
    return row["tenant"], types.Clock(**row)


def _write_clock(partition: int, _key: str, row: types.Clock) -> dict[str, SqlValue]:
    changed = {"now": clock.timestamp(row.now), "target": _time(row.target)}
    return {"partition": partition, **msgspec.structs.asdict(row), **changed}


def _time(value: datetime | None) -> str | None:
    return None if value is None else clock.timestamp(value)


TIMERS: Final = Table[types.Timer](
    name="timer",
    load=QUERIES["load_timers"],
    is_key=is_timer_id,
    read=read_timer,
    save=QUERIES["save_timers"],
    write=_write_timer,
    list_all=QUERIES["all_timers"],
)
CLOCKS: Final = Table[types.Clock](
    name="tenant_clock",
    load=QUERIES["load_clocks"],
    read=read_clock,
    save=QUERIES["save_clocks"],
    write=_write_clock,
    list_all=QUERIES["all_clocks"],
)
