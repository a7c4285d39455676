"""Rows of a query in order, a few thousand at a time: flat memory however long the log is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    import asyncpg
    import asyncpg.pool

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"

BATCH_ROWS: Final = 5_000
LIMIT_SECONDS: Final = 86_400.0
"""How long one fetch may take: the first waits for a sort of the whole table."""


class Stream:
    """A server-side cursor with one batch in hand. Only inside a transaction.

    `guard` stands around each read, and says what an error there means.
    """

    def __init__(
        self,
        connection: Connection,
        query: str,
        *arguments: Any,
        guard: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._connection = connection
        self._query = query
        self._arguments = arguments
        self._guard = guard
        self._cursor: Any = None
        self._rows: list[Any] = []
        self._at = 0

    async def batch(self) -> list[Any]:
        """The next rows, up to `BATCH_ROWS`; none at the end."""
        with self._guard():
            if self._cursor is None:
                self._cursor = await self._connection.cursor(
                    self._query, *self._arguments, timeout=LIMIT_SECONDS
                )
            rows: list[Any] = await self._cursor.fetch(BATCH_ROWS, timeout=LIMIT_SECONDS)
        return rows

    async def peek(self) -> Any:
        """The next row, which stays; None at the end."""
        if self._at == len(self._rows):
            self._rows, self._at = await self.batch(), 0
        return self._rows[self._at] if self._rows else None

    def pop(self) -> None:
        """Go past the row that `peek` gave."""
        self._at += 1

    async def before(self, stop: int) -> list[Any]:
        """The rows whose first column is below `stop`, of a query in its order."""
        taken: list[Any] = []
        while await self.peek() is not None:
            end = bisect_left(self._rows, stop, lo=self._at, key=_first)
            taken += self._rows[self._at : end]
            self._at = end
            if end < len(self._rows):
                break
        return taken


def _first(row: Any) -> Any:
    return row[0]
