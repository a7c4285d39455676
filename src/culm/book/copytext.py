"""Rows on their way to PostgreSQL: COPY's text format, or a JSON array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

COPY_FROM: Final = 200
"""Row sets of at least this size go by COPY; smaller ones ride in the turn's one statement."""


class RowSet(NamedTuple):
    """Rows for one table; every value is in PostgreSQL's text form, an int or a bool.

    Columns that may be null, or hold a tab, a line end or a backslash, are `free`.
    """

    table: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    free: frozenset[str] = frozenset()
    insert_only: bool = True

    @property
    def large(self) -> bool:
        """Whether COPY is worth its round trips."""
        return self.insert_only and len(self.rows) >= COPY_FROM

    def as_json(self) -> str:
        """A JSON array of one object a row."""
        if not self.rows:
            return "[]"
        records = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return msgspec.json.encode(records).decode()

    def as_copy(self) -> bytes:
        """The rows in the text format of COPY (PostgreSQL manual, COPY, Text Format)."""
        template = "\t".join(["%s"] * len(self.columns)) + "\n"
        rows: Iterable[Sequence[Any]] = self.rows
        for index, column in enumerate(self.columns):
            if column in self.free:
                rows = _escape(rows, index)
        return "".join([template % tuple(row) for row in rows]).encode()


def _escape(rows: Iterable[Sequence[Any]], index: int) -> Iterable[Sequence[Any]]:
    for row in rows:
        text = escape(row[index])
        yield row if text is row[index] else (*row[:index], text, *row[index + 1 :])


def escape(value: Any) -> Any:
    """One value as COPY wants it; the very same object when there is nothing to escape."""
    if value is None:
        return "\\N"
    if not isinstance(value, str):
        return value
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value or "\t" in value or "\r" in value:
        value = value.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return value
