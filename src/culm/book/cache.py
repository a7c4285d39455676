"""State in memory, bounded, in two generations.

What is touched lives in the young generation. When that holds half of the limit, it becomes the
old one and what nobody touched since is dropped: least recently used, at the cost of a dictionary.
A generation outlives the turn that filled it, so a row of a turn that is still being written is
never dropped, and reading it back from the database before it is there cannot happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from culm.book import table as table_

ABSENT: Final[Any] = object()

Rows = dict[table_.Table[Any], dict[Any, Any]]


class Cache:
    """The rows of one partition that are in memory. None at a key: known not to exist."""

    def __init__(self, tables: Iterable[table_.Table[Any]], limit_rows: int) -> None:
        self._tables = tuple(tables)
        self._limit_rows = limit_rows
        self.clear()

    def clear(self) -> None:
        """Forget everything: the database knows better."""
        self.young: Rows = {table: {} for table in self._tables}
        self.old: Rows = {table: {} for table in self._tables}

    def __len__(self) -> int:
        return sum(len(rows) for g in (self.young, self.old) for rows in g.values())

    def add(self, table: table_.Table[Any], rows: dict[Any, Any]) -> None:
        """Keep rows just loaded; what is in memory already is newer."""
        young, old = self.young[table], self.old[table]
        for key, row in rows.items():
            if key not in old:
                young.setdefault(key, row)

    def promote(self, table: table_.Table[Any], key: table_.Key) -> Any:
        """Move a row of the old generation to the young one; `ABSENT` where there is none."""
        row = self.old[table].get(key, ABSENT)
        if row is not ABSENT:
            self.young[table][key] = row
        return row

    def age(self) -> None:
        """Between two turns: start a new generation when the young one is full."""
        if 2 * sum(len(rows) for rows in self.young.values()) >= self._limit_rows:
            self.old = self.young
            self.young = {table: {} for table in self._tables}
