"""What those who send files read: plans, files, batches, and what their entries say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from culm.book import stream
from culm.kernel import database, ids, pages, sql
from culm.rails.ach.files import plan, rejections, tables, traces, types, views
from culm.rails.ach.transfers import types as transfers

if TYPE_CHECKING:
    import asyncpg

Database: TypeAlias = "asyncpg.Pool[Any] | stream.Connection"

QUERIES: Final = sql.load_queries("culm.rails.ach.files", "reads.sql")


async def window_rows(db: Database, *, partition: int, window: str) -> list[plan.Row]:
    """What a plan needs to know of all transfers of a window."""
    rows = await db.fetch(QUERIES["window_transfers"], partition, ids.number_of(window))
    return [plan.Row(ids.from_number(transfers.PREFIX, row[0]), *row[1:]) for row in rows]


async def file(db: Database, *, partition: int, file: str) -> types.File:
    """A file. Raises `LookupError` where there is none."""
    row = await db.fetchrow(QUERIES["file"], partition, ids.number_of(file))
    if row is None:
        raise LookupError(f"there is no file {file}")
    return tables.read_file(row)[1]


class Doubtful(NamedTuple):
    """A file of which nobody knows whether the bank has it."""

    id: str
    name: str
    part: str


async def in_doubt(db: Database, *, partition: int) -> dict[str, list[Doubtful]]:
    """The files in doubt of each tenant that has any."""
    found: dict[str, list[Doubtful]] = {}
    for row in await db.fetch(QUERIES["in_doubt"], partition):
        file = Doubtful(ids.from_number(types.FILE, row["id"]), row["name"], row["part"])
        found.setdefault(row["tenant"], []).append(file)
    return found


async def batches(db: Database, of: types.File, *, partition: int) -> list[types.Batch]:
    """The batches of a file, in its order."""
    numbers = [ids.number_of(batch) for batch in of.batches]
    rows = await db.fetch(QUERIES["batches"], partition, numbers)
    return [tables.read_batch(row)[1] for row in rows]


async def members(
    db: Database, of: types.File, batch: types.Batch, *, partition: int
) -> tuple[str, ...]:
    """The transfers of a batch, in its order."""
    rows = await db.fetch(QUERIES["batch_transfers"], partition, *_span(of, batch))
    return tuple([ids.from_number(transfers.PREFIX, row[0]) for row in rows])


async def entries(
    db: Database, of: types.File, batch: types.Batch, *, partition: int
) -> Sequence[Any]:
    """What the entries of a batch say: rows, in its order."""
    return await db.fetch(QUERIES["batch_entries"], partition, *_span(of, batch))


def _span(of: types.File, batch: types.Batch) -> tuple[str, str, str, str]:
    """A batch by its first and last trace number."""
    first = traces.numbered(of.terms.odfi, batch.first)
    return batch.tenant, first, traces.trace(first, batch.entries - 1), batch.id


async def sent_file(db: database.Reads, *, partition: int, tenant: str, file: str) -> views.AchFile:
    """One of the tenant's files. Raises `FileNotFound`."""
    number = -1
    if ids.is_id(types.FILE, file) and ids.partition_of(file) == partition:
        number = ids.number_of(file)
    row = await db.fetchrow(QUERIES["sent_file"], partition, tenant, number)
    if row is None:
        raise rejections.FileNotFound("there is no such file", field="file")
    return views.file(tables.read_file(row)[1])


async def sent_files(
    db: database.Reads,
    *,
    partition: int,
    tenant: str,
    state: types.FileState | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.AchFile]:
    """The tenant's files, newest first: those in one state, where given."""
    pages.check_limit(limit)
    question = ("ach files", tenant, state)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    rows = await db.fetch(QUERIES["sent_files"], partition, tenant, before, state, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["id"],
        item=lambda row: views.file(tables.read_file(row)[1]),
    )


async def counts(db: database.Reads, *, partition: int) -> list[types.Count]:
    """How many files a partition has in each state: for whoever runs it all."""
    rows = await db.fetch(QUERIES["file_counts"], partition)
    return [msgspec.convert(dict(row), types.Count) for row in rows]
