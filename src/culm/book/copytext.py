"""Rows on their way to PostgreSQL: COPY's text format, or a JSON array."""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, Protocol

import msgspec

from culm.book import event as event_
from culm.book import turn as turn_
from culm.book import unit as unit_

_encode = msgspec.json.Encoder().encode

COPY_FROM: Final = 200
"""Row sets of at least this size go by COPY; smaller ones ride in the turn's one statement."""


class Rows(Protocol):
    """Rows for one table, in either form."""

    @property
    def table(self) -> str:
        """The table's name."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns, in the order of the values."""

    @property
    def large(self) -> bool:
        """Whether COPY is worth its round trips."""

    def as_json(self) -> str:
        """A JSON array of one object a row."""

    def as_copy(self) -> bytes:
        """The rows in the text format of COPY (PostgreSQL manual, COPY, Text Format)."""


@dataclass(frozen=True)
class RowSet:
    """Rows as tuples of texts, whole numbers, booleans and None.

    Columns that may be null, or hold a tab, a line end or a backslash, are `free`.
    """

    table: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    free: frozenset[str] = frozenset()
    insert_only: bool = True
    sort_by: int | None = None

    @property
    def large(self) -> bool:
        """Whether COPY is worth its round trips, and can say what is meant."""
        return self.insert_only and len(self.rows) >= COPY_FROM

    def as_json(self) -> str:
        """Every value goes as text, which PostgreSQL reads as any type: JSON's own numbers stop
        at 64 bits in many a reader and writer."""
        if not self.rows:
            return "[]"
        if self.free.issuperset(self.columns) and self.sort_by is None:
            texts = [map(_text, row) for row in self.rows]
            whole = [dict(zip(self.columns, row, strict=True)) for row in texts]
            return _encode(whole).decode()
        forms, rows = self._formed(plain='"%s"', nothing="null%.0s", free=_json)
        fields = [f'"{c}":{form}' for c, form in zip(self.columns, forms, strict=True)]
        template = "{" + ",".join(fields) + "}"
        return "[" + ",".join([template % tuple(row) for row in rows]) + "]"

    def as_copy(self) -> bytes:
        """One line a row."""
        forms, rows = self._formed(plain="%s", nothing="\\N%.0s", free=escape)
        template = "\t".join(forms) + "\n"
        return "".join([template % tuple(row) for row in rows]).encode()

    def _formed(
        self, *, plain: str, nothing: str, free: Callable[[Any], Any]
    ) -> tuple[list[str], Iterable[Sequence[Any]]]:
        """The place of each column in a line, and the rows with `free` made of what is free text.
        A column of which every value is None is passed over: `nothing` says so in its place."""
        forms, replaced, rows = list[str](), list[int](), self.rows
        if self.sort_by is not None:
            rows = sorted(rows, key=itemgetter(self.sort_by))
        for index, column in enumerate(self.columns):
            if column not in self.free:
                forms.append(plain)
            elif all(row[index] is None for row in rows):
                forms.append(nothing)
            else:
                forms.append("%s")
                replaced.append(index)
        return forms, _replace(rows, replaced, free) if replaced else rows


class LogRows:
    """The events of a turn. What the events of one command share is written once."""

    table: Final = "book_log"
    columns: Final[Sequence[str]] = (
        *("partition", "position", "time", "type", "version"),
        *event_.Origin.__struct_fields__,
        *("body", "leaf"),
    )

    def __init__(self, draft: turn_.Draft) -> None:
        self._draft = draft

    @property
    def large(self) -> bool:
        """Whether COPY is worth its round trips."""
        return len(self._draft.events) >= COPY_FROM

    def as_json(self) -> str:
        """The same rows as `RowSet` would write."""
        rows = [
            (self._draft.partition, at.position, *_shared(at), at.body.decode(), bytea(at.leaf))
            for at in self._draft.events
        ]
        return RowSet(self.table, self.columns, rows, frozenset({"body"})).as_json()

    def as_copy(self) -> bytes:
        """One line an event."""
        partition, shared = self._draft.partition, b""
        lines, origin, time, kind = [], None, "", None
        for at in self._draft.events:
            if at.origin is not origin or at.time is not time or type(at.event) is not kind:
                origin, time, kind = at.origin, at.time, type(at.event)
                shared = "\t".join(map(str, _shared(at))).encode()
            text = at.body.replace(b"\\", b"\\\\") if b"\\" in at.body else at.body
            row = (partition, at.position, shared, text, hexlify(at.leaf))
            lines.append(b"%d\t%d\t%b\t%b\t\\\\x%b\n" % row)
        return b"".join(lines)


def _shared(at: unit_.Recorded) -> tuple[str | int, ...]:
    return (at.time, at.event.TYPE, at.event.VERSION, *msgspec.structs.astuple(at.origin))


def bytea(value: bytes) -> str:
    """Bytes in PostgreSQL's text form; its backslash is doubled, as JSON and COPY both want it."""
    return "\\\\x" + value.hex()


def _replace(
    rows: Iterable[Sequence[Any]], columns: Sequence[int], form: Callable[[Any], Any]
) -> Iterable[Sequence[Any]]:
    """The rows with some columns put into another form."""
    for row in rows:
        cells = list(row)
        for index in columns:
            cells[index] = form(cells[index])
        yield cells


def _text(value: Any) -> Any:
    """One value as JSON is to say it: lists and None as they are, everything else as text."""
    return value if value is None or isinstance(value, str | list) else str(value)


def _json(value: Any) -> str:
    """One value as JSON."""
    return _encode(_text(value)).decode()


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
