"""The projector: takes the events of the log to the projections, in order, each exactly once.

One process leads a projection in a partition, by an advisory lock that goes with its session;
should two ever write at once, the position tells the second one that it is late (see `batches`).
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

import asyncpg
import structlog

from culm.book import catalog as catalog_
from culm.facts.projections import batches, declaration, generations, types

log = structlog.get_logger(__name__)

Connection: TypeAlias = "asyncpg.Connection[Any]"
Connect = Callable[[], Awaitable[Connection]]

IDLE_SECONDS: Final = 1.0
"""How long it waits for more when nobody tells it that there is more."""

GATHER_SECONDS: Final = 0.25
"""How long more is left to gather after it was told of: written together, many cost little more
than one, and what decides has the processor."""

RETRY_SECONDS: Final = 1.0
"""How long it waits after the database was out of reach."""

STALLED_SECONDS: Final = 10.0
"""How long a generation is left alone after it failed: the others have more use for the time."""

Place = tuple[str, int, int]
"""A projection, one of its generations, and a partition."""


class Projector:
    """Feeds all projections of a process, on one connection. `run` it, or `step` it."""

    def __init__(
        self,
        connect: Connect,
        catalog: catalog_.Catalog,
        projections: Sequence[declaration.Projection],
        *,
        batch_events: int = batches.BATCH_EVENTS,
    ) -> None:
        self._connect = connect
        self._batches = batches.Batches(catalog, batch_events)
        self.projections = tuple(projections)
        self._connection: Connection | None = None
        self._leads: set[str] = set()
        self._stalled: dict[Place, float] = {}
        self._behind = False

    async def run(self, woken: asyncio.Event | None = None) -> None:
        """Keep the projections up to date until cancelled. Setting `woken` says that there is more;
        otherwise it looks every second. Whatever fails is tried again."""
        try:
            while True:
                await self._try()
                if not self._behind:
                    await _wait(woken)
        finally:
            self.close()

    def close(self) -> None:
        """Hang up: another process may lead from now on."""
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None
        self._leads.clear()

    async def step(self) -> int:
        """Give every generation that we lead its next batch; how many positions they moved on.

        Raises what asyncpg raises when the database is out of reach; then `close` it.
        """
        self._behind = False
        connection = await self._open()
        known = await self._known(connection)
        moved = 0
        for projection in self.projections:
            ours = [row for row in known if _is_ours(row, projection)]
            for partition, rows in itertools.groupby(ours, key=lambda row: row.partition):
                if await self._lead(connection, projection, partition):
                    moved += await self._feed(connection, projection, list(rows))
            await generations.settle(connection, projection, known)
        return moved

    async def progress(self) -> list[types.Progress]:
        """How far every generation is in every partition, ours and others'."""
        return await generations.progress(await self._open())

    async def _known(self, connection: Connection) -> list[types.Progress]:
        """How far everything is. Before the first partition there is nothing to begin with."""
        known = await generations.progress(connection)
        if {projection.name for projection in self.projections} <= {r.projection for r in known}:
            return known
        await generations.prepare(connection, self.projections)
        return await generations.progress(connection)

    async def _try(self) -> None:
        try:
            await self.step()
        except Exception as error:  # whatever it was: with a new connection it may be well again
            log.warning("projections stand still, and are tried again", error=repr(error))
            self.close()
            await asyncio.sleep(RETRY_SECONDS)

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self.close()
            self._connection = await self._connect()
            await self._connection.execute(generations.QUERIES["session"])
            await generations.prepare(self._connection, self.projections)
        return self._connection

    async def _lead(
        self,
        connection: Connection,
        projection: declaration.Projection,
        partition: int,
    ) -> bool:
        name = f"culm/projection/{projection.name}/{projection.version}/{partition}"
        if name not in self._leads:
            if not await connection.fetchval(generations.QUERIES["lead"], name):
                return False
            self._leads.add(name)
        return True

    async def _feed(
        self,
        connection: Connection,
        projection: declaration.Projection,
        rows: Sequence[types.Progress],
    ) -> int:
        """Feed the generations of one partition, the newest first.

        One that is being built and has overtaken the live one stays ahead of it: the live one is
        fed no further, so that the swap needs no lucky moment. One that fails holds up nothing.
        """
        moved, end = 0, rows[0].size
        for row in sorted(rows, key=lambda row: row.generation, reverse=True):
            reached = await self._advance(connection, projection, row, end)
            if reached is not None:
                moved += reached - row.position
                if all(reached >= other.position for other in rows):
                    end = reached
        return moved

    async def _advance(
        self,
        connection: Connection,
        projection: declaration.Projection,
        row: types.Progress,
        end: int,
    ) -> int | None:
        """Take in the next batch before `end`; where that led, or None when it failed."""
        place = (projection.name, row.generation, row.partition)
        if self._stalled.get(place, 0.0) > _now():
            return None
        if row.position >= end:
            return row.position
        try:
            reached = await self._batches.take_in(connection, projection, row, end)
        except batches.TakenIn:
            return None
        except Exception as error:
            if connection.is_closed():
                raise
            log.exception("a projection has failed, and is tried again", place=place)
            if not isinstance(error, asyncpg.TransactionRollbackError):
                self._stalled[place] = _now() + STALLED_SECONDS
            return None
        self._behind |= reached < end
        return reached


def _is_ours(row: types.Progress, projection: declaration.Projection) -> bool:
    """Whether this release can feed a generation."""
    same = (row.projection, row.version) == (projection.name, projection.version)
    return same and row.state != "retired"


async def _wait(woken: asyncio.Event | None) -> None:
    """Until there is more, or may be."""
    if woken is None:
        await asyncio.sleep(IDLE_SECONDS)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(IDLE_SECONDS):
            await woken.wait()
            await asyncio.sleep(GATHER_SECONDS)
    woken.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
