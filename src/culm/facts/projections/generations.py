"""Generations: each build of a projection has tables of its own. A new one is made beside the live
one, catches up with the log, and takes its place in one commit; then the old one is dropped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import structlog

from culm.book import stream
from culm.facts.projections import declaration, types
from culm.kernel import database, errors, sql

log = structlog.get_logger(__name__)

QUERIES: Final = sql.load_queries("culm.facts.projections")


@asynccontextmanager
async def transaction(connection: stream.Connection) -> AsyncIterator[None]:
    """A transaction that a stop does not wait for: who is cancelled inside hangs up."""
    await connection.execute("begin")
    try:
        yield
        await connection.execute("commit")
    except Exception:
        await _roll_back(connection)
        raise
    except BaseException:
        connection.terminate()
        raise


async def _roll_back(connection: stream.Connection) -> None:
    try:
        await connection.execute("rollback")
    except Exception:
        connection.terminate()  # which rolls back as well


async def progress(db: database.Reads) -> list[types.Progress]:
    """How far every generation is in every partition, those that are dropped soon included."""
    return [_read(row) for row in await db.fetch(QUERIES["progress"])]


async def live(db: database.Reads, projection: str, partition: int) -> types.Progress:
    """How far what readers see of a projection is. Raises `ProjectionNotBuilt`."""
    row = await db.fetchrow(QUERIES["live"], projection, partition)
    if row is None:
        raise types.ProjectionNotBuilt("This is being made for the first time; ask again soon.")
    return _read(row)


async def prepare(
    connection: stream.Connection, projections: Iterable[declaration.Projection]
) -> None:
    """Begin what is missing, and what this release makes in another way than the last one.

    A version that is newer than ours belongs to a later release, beside which we still run: it is
    left alone.
    """
    async with transaction(connection):
        await connection.execute(QUERIES["lock_generations"])
        await connection.execute(QUERIES["add_partitions"])
        known = await progress(connection)
        for projection in projections:
            ours = [row.version for row in known if row.projection == projection.name]
            if projection.version > max(ours, default=0):
                await _begin(connection, projection, known)


async def begin(connection: stream.Connection, projection: declaration.Projection) -> int:
    """Begin a new generation, in place of one that is being built; its number.

    Raises `Unavailable` as long as there is no partition.
    """
    async with transaction(connection):
        await connection.execute(QUERIES["lock_generations"])
        await connection.execute(QUERIES["hold_still"], projection.name)
        begun = await _begin(connection, projection, await progress(connection))
    if begun is None:
        raise errors.Unavailable("There is no partition yet, and so nothing to project.")
    return begun


async def settle(
    connection: stream.Connection,
    projection: declaration.Projection,
    known: Sequence[types.Progress],
) -> None:
    """Swap in a generation of ours that has caught up, and drop what was retired. When somebody
    reads from it for too long, it is tried again at the next pass."""
    try:
        for number in _numbers(projection, known, "building"):
            if await connection.fetchval(QUERIES["caught_up"], projection.name, number):
                await _swap(connection, projection, number)
        for number in _numbers(projection, known, "retired"):
            await _drop_retired(connection, projection, number)
    except asyncpg.LockNotAvailableError:
        log.info("a projection is being read, and changed later", projection=projection.name)


def _numbers(
    projection: declaration.Projection, known: Sequence[types.Progress], state: types.State
) -> list[int]:
    """The generations in a state. What is to be built, we can only build in our own version."""
    found = {
        row.generation
        for row in known
        if row.projection == projection.name
        and row.state == state
        and (state == "retired" or row.version == projection.version)
    }
    return sorted(found)


async def _begin(
    connection: stream.Connection,
    projection: declaration.Projection,
    known: Sequence[types.Progress],
) -> int | None:
    """Make the tables of a new generation; one that was being built is dropped. None, and nothing
    made, as long as there is no partition."""
    ours = [row for row in known if row.projection == projection.name]
    for number, tables in _distinct(row for row in ours if row.state == "building"):
        await _drop(connection, projection.name, number, tables)
    generation = 1 + max((row.generation for row in ours), default=0)
    made = (projection.name, generation, projection.version, list(projection.tables))
    if not await connection.fetch(QUERIES["begin"], *made):
        return None
    await connection.execute(projection.queries_of(generation)["create"])
    log.info("a projection is built", projection=projection.name, generation=generation)
    return generation


async def _swap(
    connection: stream.Connection, projection: declaration.Projection, generation: int
) -> None:
    """Let a generation take the live one's place, if that is still right once nothing moves."""
    async with transaction(connection):
        await connection.execute(QUERIES["hurry"])
        await connection.execute(QUERIES["lock_generations"])
        await connection.execute(QUERIES["hold_still"], projection.name)
        if not await connection.fetchval(QUERIES["caught_up"], projection.name, generation):
            return
        ours = [row for row in await progress(connection) if row.projection == projection.name]
        if any(row.state == "live" and row.version != projection.version for row in ours):
            await _hide(connection, projection)
        for table in projection.tables:
            names = {":view": declaration.view_of(table)}
            names[":table"] = declaration.table_of(table, generation)
            await connection.execute(named("show", names))
            await connection.execute(named("let_read", names))
        await connection.execute(QUERIES["retire"], projection.name)
        await connection.execute(QUERIES["go_live"], projection.name, generation)
    log.info("a projection is live", projection=projection.name, generation=generation)


async def _hide(connection: stream.Connection, projection: declaration.Projection) -> None:
    for table in projection.tables:
        await connection.execute(named("hide", {":view": declaration.view_of(table)}))


async def _drop_retired(
    connection: stream.Connection, projection: declaration.Projection, generation: int
) -> None:
    async with transaction(connection):
        await connection.execute(QUERIES["hurry"])
        await connection.execute(QUERIES["lock_generations"])
        for row in await progress(connection):
            there = (row.projection, row.generation, row.state)
            if there == (projection.name, generation, "retired"):
                await _drop(connection, projection.name, generation, row.tables)
                return


async def _drop(
    connection: stream.Connection, projection: str, generation: int, tables: Iterable[str]
) -> None:
    """Drop a generation. Who is about to write to it finds that it is gone."""
    await connection.execute(QUERIES["forget"], projection, generation)
    for table in tables:
        names = {":table": declaration.table_of(table, generation)}
        await connection.execute(named("drop", names))


def _distinct(rows: Iterable[types.Progress]) -> dict[tuple[int, tuple[str, ...]], None]:
    return dict.fromkeys((row.generation, row.tables) for row in rows)


def named(query: str, names: dict[str, str]) -> str:
    """A query, with the names of ours that its placeholders stand for."""
    text = QUERIES[query]
    for placeholder, name in names.items():
        text = text.replace(placeholder, name)
    return text


def _read(row: Any) -> types.Progress:
    return types.Progress(**{**row, "tables": tuple(row["tables"])})
