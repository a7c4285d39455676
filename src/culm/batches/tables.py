"""The state of batches, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any, Final

import msgspec

from culm.batches import types
from culm.book.table import Journal, SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql

QUERIES: Final = sql.load_queries("culm.batches")

_AMOUNTS: Final = ("accepted_amount", "refused_amount")


def read_batch(row: SqlRow) -> tuple[str, types.Batch]:
    """A batch from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    named = {"id": public_id, "number": row["id"]}
    amounts = {name: int(row[name]) for name in _AMOUNTS}
    return public_id, types.Batch(**{**row, **named, **amounts})


def _write_batch(partition: int, _key: str, batch: types.Batch) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(batch)
    del row["number"]
    return row | {
        "partition": partition,
        "id": batch.number,
        "accepted_amount": str(batch.accepted_amount),
        "refused_amount": str(batch.refused_amount),
        "created": clock.timestamp(batch.created),
        "updated": clock.timestamp(batch.updated),
    }


def _read_content(row: SqlRow) -> tuple[tuple[str, str], str]:
    return (row["tenant"], row["sha256"]), ids.from_number(types.PREFIX, row["batch"])


def _write_content(partition: int, key: tuple[str, str], batch: str) -> dict[str, SqlValue]:
    tenant, sha256 = key
    return {
        "partition": partition,
        "tenant": tenant,
        "sha256": sha256,
        "batch": ids.number_of(batch),
    }


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


BATCHES: Final = Table[types.Batch](
    name="batch",
    load=QUERIES["load_batches"],
    read=read_batch,
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    save=QUERIES["save_batches"],
    write=_write_batch,
    list_all=QUERIES["all_batches"],
)

SEEN: Final = Table[str](
    name="batch_seen",
    load=QUERIES["load_seen"],
    read=_read_content,
    save=QUERIES["save_seen"],
    write=_write_content,
    list_all=QUERIES["all_seen"],
)
"""The newest batch that had a content."""

ENTRIES: Final = Journal(
    name="batch_entry",
    columns=("partition", "tenant", "batch", "line", "payment", "amount", "code", "field", "event"),
    save=QUERIES["save_entries"],
    list_all=QUERIES["all_entries"],
    free_text=frozenset({"payment", "field"}),
    sort_by=3,
)
