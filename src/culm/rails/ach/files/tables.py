"""Batches and files, as the Book loads, caches and writes them."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import date
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql
from culm.rails.ach.files import types
from culm.rails.ach.odfi import types as odfi
from culm.rails.ach.windows import types as windows

QUERIES: Final = sql.load_queries("culm.rails.ach.files")


def read_batch(row: SqlRow) -> tuple[str, types.Batch]:
    """A batch from its row."""
    public_id = ids.from_number(windows.BATCH, row["id"])
    named = {
        "id": public_id,
        "number": row["id"],
        "window": ids.from_number(windows.PREFIX, row["window"]),
        "file": "" if row["file"] is None else ids.from_number(types.FILE, row["file"]),
    }
    return public_id, types.Batch(**{**row, **named})


def _write_batch(partition: int, _key: str, batch: types.Batch) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(batch)
    del row["number"]
    return row | {
        "partition": partition,
        "id": batch.number,
        "window": ids.number_of(batch.window),
        "file": ids.number_of(batch.file) if batch.file else None,
    }


def read_file(row: SqlRow) -> tuple[str, types.File]:
    """A file from its row."""
    public_id = ids.from_number(types.FILE, row["id"])
    named = {
        "id": public_id,
        "number": row["id"],
        "window": ids.from_number(windows.PREFIX, row["window"]),
        "terms": msgspec.json.decode(row["terms"], type=odfi.AchTerms),
        "batches": tuple(ids.from_number(windows.BATCH, one) for one in row["batches"]),
        "refused": tuple(row["refused"]),
        "debit": int(row["debit"]),
        "credit": int(row["credit"]),
    }
    return public_id, types.File(**{**row, **named})


def _write_file(partition: int, _key: str, file: types.File) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(file)
    del row["number"]
    return row | {
        "partition": partition,
        "id": file.number,
        "window": ids.number_of(file.window),
        "created": clock.timestamp(file.created),
        "effective": file.effective.isoformat(),
        "settles": clock.timestamp(file.settles),
        "terms": msgspec.json.encode(file.terms, order="sorted").decode(),
        "batches": [str(ids.number_of(batch)) for batch in file.batches],
        "refused": [str(ordinal) for ordinal in file.refused],
    }


def _read_name(row: SqlRow) -> tuple[tuple[str, str], str]:
    return (row["tenant"], row["name"]), ids.from_number(types.FILE, row["id"])


def _read_counter(row: SqlRow) -> tuple[str, types.Counter]:
    return row["tenant"], types.Counter(**{**row, "day": row["day"] or date.min})


def _write_counter(partition: int, _key: str, counter: types.Counter) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(counter)
    day = None if counter.day == date.min else counter.day.isoformat()
    return row | {"partition": partition, "day": day}


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


BATCHES: Final = Table[types.Batch](
    name="ach_batch",
    load=QUERIES["load_batches"],
    is_key=functools.partial(ids.is_id, windows.BATCH),
    parameters=_numbers,
    read=read_batch,
    save=QUERIES["save_batches"],
    write=_write_batch,
    list_all=QUERIES["all_batches"],
)
FILES: Final = Table[types.File](
    name="ach_sent_file",
    load=QUERIES["load_files"],
    is_key=functools.partial(ids.is_id, types.FILE),
    parameters=_numbers,
    read=read_file,
    save=QUERIES["save_files"],
    write=_write_file,
    list_all=QUERIES["all_files"],
)
NAMES: Final = Table[str](name="file names", load=QUERIES["load_names"], read=_read_name)
COUNTERS: Final = Table[types.Counter](
    name="ach_counter",
    load=QUERIES["load_counters"],
    read=_read_counter,
    save=QUERIES["save_counters"],
    write=_write_counter,
    list_all=QUERIES["all_counters"],
)
