"""The proof that state is the fold of the log: every event is applied again, from nothing, and
every row that comes out is compared with the row that is there."""

from __future__ import annotations

import operator
import sys
from collections.abc import Sequence
from typing import Any, Final

from culm.book import (
    cache,
    catalog,
    event,
    finding,
    reading,
    stream,
    table,
    unit,
    verify_rows,
)

END: Final = 2**63
"""Past every position of a log."""


class Whole(cache.Cache):
    """A cache of the whole state: what was never put does not exist."""

    def __init__(self, tables: Sequence[table.Table[Any]]) -> None:
        super().__init__(tables, limit_rows=sys.maxsize)

    def promote(self, table: table.Table[Any], key: table.Key) -> None:
        """Nothing is anywhere else."""


class Fold:
    """Applies one partition's events in order. The only memory that grows is the state."""

    def __init__(
        self, connection: stream.Connection, partition: int, catalog_: catalog.Catalog
    ) -> None:
        self.partition = partition
        self.rows = 0
        self._connection = connection
        self._catalog = catalog_
        self._cache = Whole(catalog_.tables)
        self._journals: list[Journal] = []

    async def begin(self) -> None:
        """Open the journals, to be read along with the log."""
        self._journals = [
            await Journal.open(self._connection, self.partition, journal)
            for journal in self._catalog.journals
        ]

    async def take(self, rows: Sequence[Any]) -> None:
        """Apply the next events and compare the rows that they insert. Raises `Damaged`."""
        unit_ = unit.Unit(self.partition, self._catalog, self._cache)
        self._apply(unit_, rows)
        for journal in self._journals:
            self.rows += await journal.compare(unit_.rows[journal.declared], unit_.position)

    async def finish(self) -> None:
        """At the end of the log: nothing more was inserted, and every state row is as folded."""
        for journal in self._journals:
            self.rows += await journal.compare([], END)
        for table_ in self._catalog.tables:
            if table_.list_all is not None and table_.write is not None:
                self.rows += await self._compare(table_, table_.list_all)

    def _apply(self, unit_: unit.Unit, rows: Sequence[Any]) -> None:
        applies, decode, time = self._catalog.applies, self._catalog.decode, None
        for row in rows:
            position = row["position"]
            try:
                event_ = decode(row["type"], row["version"], row["body"])
            except Exception as error:  # whatever a false event does to a decoder or an upcast
                raise self._damaged(position, "the event cannot be read", error) from error
            if row["time"] != time:  # every command has a time of its own
                time = row["time"]
                unit_.begin(time, event.Origin(*map(row.get, event.Origin.__struct_fields__)))
            unit_.position = position + 1
            try:
                applies[type(event_)](unit_, event_, position)
            except Exception as error:  # whatever a false event does to a context's code
                raise self._damaged(position, "the event cannot be applied", error) from error

    async def _compare(self, table_: table.Table[Any], rows: str) -> int:
        state, partition, write = self._cache.young[table_], self.partition, table_.write
        if not state or write is None:
            return await self._require_empty(table_, rows)
        written = write(partition, *next(iter(state.items())))
        columns = [name for name in written if name != "partition"]
        lines = await verify_rows.Lines.of(self._connection, table_.name, columns)
        pick = operator.itemgetter(*columns)
        # Each row leaves the state as it becomes a line: both at once would be twice the memory.
        expected = (pick(write(partition, *state.popitem())) for _ in range(len(state)))
        return await verify_rows.compare_table(
            self._connection, partition, lines, rows, lines.expected(expected)
        )

    async def _require_empty(self, table_: table.Table[Any], rows: str) -> int:
        query = verify_rows.QUERIES["any_row"].replace(":rows", rows)
        connection, partition = self._connection, self.partition
        with reading.reading(connection, partition, table_.name):
            row = await connection.fetchval(query, partition, timeout=stream.LIMIT_SECONDS)
        if row is not None:
            what = "no event has made this row"
            raise finding.damaged(self.partition, table_.name, what, found=row)
        return 0

    def _damaged(self, position: int, what: str, error: Exception) -> finding.Damaged:
        found = f"{type(error).__name__}: {error}"
        key = f"position {position}"
        return finding.damaged(self.partition, "book_log", what, key=key, found=found)


class Journal:
    """The insert-only rows of one table, read along with the events that made them."""

    def __init__(
        self,
        declared: table.Journal,
        partition: int,
        lines: verify_rows.Lines,
        found: stream.Stream,
    ) -> None:
        self.declared = declared
        self._partition = partition
        self._lines = lines
        self._found = found
        self._event = declared.columns.index("event")

    @classmethod
    async def open(
        cls, connection: stream.Connection, partition: int, declared: table.Journal
    ) -> Journal:
        """A journal from its beginning. Its rows name their event in a column `event`."""
        lines = await verify_rows.Lines.of(connection, declared.name, declared.columns)
        query = lines.query("journal_lines", declared.list_all)
        return cls(
            declared, partition, lines, reading.rows(connection, partition, declared.name, query)
        )

    async def compare(self, rows: Sequence[tuple[Any, ...]], stop: int) -> int:
        """Compare what events before `stop` have inserted; how many rows. Raises `Damaged`."""
        events = [row[self._event] for row in rows]
        lines = self._lines.expected(rows)
        expected = sorted(zip(events, lines, strict=True))
        found = sorted(map(tuple, await self._found.before(stop)))
        if expected != found:
            wanted, there = ([line for _, line in pairs] for pairs in (expected, found))
            raise self._lines.differ(self._partition, wanted, there)
        return len(expected)
