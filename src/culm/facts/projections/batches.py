"""A batch: some events of the log, what a projection makes of them, and its new position, written
in one transaction. So whatever dies in the middle leaves neither.

They are read from the log itself, not from what was published of it: there, order and gaplessness
are certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from culm.book import catalog as catalog_
from culm.book import stream
from culm.facts.projections import declaration, generations, types

BATCH_EVENTS: Final = 5_000
BATCH_BYTES: Final = 8 * 1024 * 1024
"""How much of the log is taken in at once: what ends first."""

_READ_EVENTS: Final = 500
"""How much of it is read at once: events of the largest kind have some 90 kB."""


class TakenIn(Exception):
    """Another process has projected these events, or the generation is gone."""


class Batches:
    """Takes in batches of up to so many events."""

    def __init__(self, catalog: catalog_.Catalog, most: int = BATCH_EVENTS) -> None:
        self._catalog = catalog
        self._most = most

    async def take_in(
        self,
        connection: stream.Connection,
        projection: declaration.Projection,
        row: types.Progress,
        end: int,
    ) -> int:
        """Take in the next events before `end`; the position that this led to. It is moved first:
        who comes second waits there, and finds it moved.

        Raises `TakenIn`, and whatever the projection raises; nothing is done then.
        """
        async with generations.transaction(connection):
            facts, reached = await self._read(connection, projection, row, end)
            at = (row.partition, projection.name, row.generation, row.version, row.position)
            if await connection.fetchval(generations.QUERIES["advance"], *at, reached) is None:
                raise TakenIn
            if facts:
                queries = projection.queries_of(row.generation)
                tables = declaration.Tables(connection, queries, partition=row.partition)
                await projection.project(tables, facts)
        return reached

    async def _read(
        self,
        connection: stream.Connection,
        projection: declaration.Projection,
        row: types.Progress,
        end: int,
    ) -> tuple[list[declaration.Fact], int]:
        """The next events for a projection, and the position behind what was looked at."""
        end = min(end, row.position + self._most)
        query, wanted = generations.QUERIES["events"], projection.types
        facts: list[declaration.Fact] = []
        start, size = row.position, 0
        while size < BATCH_BYTES:
            rows = await connection.fetch(query, row.partition, start, end, wanted, _READ_EVENTS)
            facts += self._facts(rows)
            if len(rows) < _READ_EVENTS:
                return facts, end
            start = facts[-1].position + 1
            size += sum([len(found["body"]) for found in rows])
        return facts, start

    def _facts(self, rows: Iterable[Any]) -> list[declaration.Fact]:
        decode = self._catalog.decode
        return [
            declaration.Fact(position, time, tenant, decode(type_, version, body))
            for position, time, tenant, type_, version, body in rows
        ]
