"""The unit: all that a decision may see and do.

State is read with `get` and changes only through `record`, which applies an event. Whatever a
rejected command did is undone by its marks; whatever a command misses is collected and loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.book import merkle
from culm.book import table as table_
from culm.book.cache import ABSENT, Cache
from culm.kernel import clock, ids

R = TypeVar("R")


class Missing(Exception):
    """State that is not in memory. The Book loads it and decides the command again."""


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event of the present turn, with its exact JSON and its leaf hash (RFC 6962 §2.1)."""

    position: int
    event: event_.Event
    time: str
    origin: event_.Origin
    body: bytes
    leaf: bytes


class Mark(NamedTuple):
    """How far a unit had come, to go back to."""

    undo: int
    events: int
    rows: tuple[int, ...]


class Unit:
    """The state of one partition in memory, and what the commands of one turn did to it."""

    def __init__(self, partition: int, catalog: catalog_.Catalog, cache: Cache) -> None:
        self.partition = partition
        self.catalog = catalog
        self.cache = cache
        self.position = 0
        self.now: datetime
        self.now_text: str
        self.origin: event_.Origin
        self.events: list[Recorded] = []
        self.rows: dict[table_.Journal, list[tuple[Any, ...]]] = {j: [] for j in catalog.journals}
        self.missing: dict[table_.Table[Any], set[Any]] = {}
        self.missing_events: set[int] = set()
        self.past: dict[int, event_.Event | None] = {}
        self._undo: list[tuple[table_.Table[Any], Any, Any]] = []
        self._frames: dict[type[event_.Event], event_.Frame] = {}
        self._applies: dict[type[event_.Event], Callable[[Unit, Any, int], None]] = catalog.applies

    def begin(self, now: datetime, origin: event_.Origin) -> Mark:
        """Turn to the next command: its time and its origin. Returns the mark to undo it by."""
        self.now = now
        self.now_text = clock.timestamp(now)
        self.origin = origin
        self._frames = {}
        return self.mark()

    def get(self, table: table_.Table[R], key: table_.Key) -> R | None:
        """The row at a key; None where there is none. Raises `Missing` when it must be loaded."""
        try:
            row: R | None = self.cache.young[table][key]
        except KeyError:
            row = self._seek(table, key)
        return row

    def peek(self, table: table_.Table[R], key: table_.Key) -> R | None:
        """The row at a key if it is in memory, for asking for what follows from it."""
        row: R | None = self.cache.young[table].get(key)
        return self.cache.old[table].get(key) if row is None else row

    def want(self, table: table_.Table[Any], keys: Iterable[Any]) -> None:
        """Ask for keys that a decision will read: those not in memory are noted."""
        unknown = set(keys).difference(self.cache.young[table]).difference(self.cache.old[table])
        if possible := {key for key in unknown if table.is_key(key)}:
            self.missing.setdefault(table, set()).update(possible)

    def put(self, table: table_.Table[R], key: table_.Key, row: R) -> None:
        """Replace a row. Only `apply` functions call this."""
        rows = self.cache.young[table]
        self._undo.append((table, key, rows.get(key, ABSENT)))
        rows[key] = row

    def insert(self, journal: table_.Journal, row: tuple[Any, ...]) -> None:
        """Add an insert-only row. Only `apply` functions call this."""
        self.rows[journal].append(row)

    def new_id(self, prefix: str) -> str:
        """The public id of what the next recorded event creates."""
        return ids.format_id(prefix, self.partition, self.position)

    def record(self, event: event_.Event) -> None:
        """Record a fact and apply it to the state at once.

        A LookupError is a defect: only the newest version of an event is recorded.
        """
        position, kind, body = self.position, type(event), event_.encode(event)
        frame = self._frames.get(kind)
        if frame is None:
            frame = self._frames[kind] = self._frame(kind)
        leaf = merkle.leaf_hash(event_.leaf_bytes(self.partition, position, frame, body))
        self.events.append(Recorded(position, event, self.now_text, self.origin, body, leaf))
        self.position = position + 1
        self._applies[kind](self, event, position)

    def _frame(self, kind: type[event_.Event]) -> event_.Frame:
        """What is the same in the leaves of all events of one type that a command records."""
        if kind not in self._applies:
            raise LookupError(f"{kind.__qualname__} is not an event's newest version, or of nobody")
        return event_.leaf_frame(
            time=self.now_text, type_=kind.TYPE, version=kind.VERSION, origin=self.origin
        )

    def want_event(self, position: int) -> None:
        """Ask for an event of the past that `event_at` will be asked for."""
        if position < self._first and position not in self.past:
            self.missing_events.add(position)

    def event_at(self, position: int) -> event_.Event | None:
        """An event of the past by its position, or None past the end of the log."""
        first = self._first
        if position >= self.position:
            return None
        if position >= first:
            return self.events[position - first].event
        if position in self.past:
            return self.past[position]
        self.missing_events.add(position)
        raise Missing

    @property
    def _first(self) -> int:
        """The position of the turn's first event."""
        return self.position - len(self.events)

    def mark(self) -> Mark:
        """The point that `rewind` goes back to."""
        rows = tuple([len(rows) for rows in self.rows.values()])
        return Mark(len(self._undo), len(self.events), rows)

    def rewind(self, mark: Mark) -> None:
        """Undo everything since the mark: state, events, rows. The time stands where it was."""
        for table, key, before in reversed(self._undo[mark.undo :]):
            if before is ABSENT:
                del self.cache.young[table][key]
            else:
                self.cache.young[table][key] = before
        del self._undo[mark.undo :]
        self.position -= len(self.events) - mark.events
        del self.events[mark.events :]
        for rows, length in zip(self.rows.values(), mark.rows, strict=True):
            del rows[length:]

    def changed(
        self, tables: Container[table_.Table[Any]]
    ) -> dict[table_.Table[Any], dict[Any, Any]]:
        """The newest row at every key of these tables that the turn has put."""
        changed: dict[table_.Table[Any], dict[Any, Any]] = {}
        young = self.cache.young
        for table, key, _ in self._undo:
            if table in tables:
                changed.setdefault(table, {})[key] = young[table][key]
        return changed

    def _seek(self, table: table_.Table[R], key: table_.Key) -> R | None:
        row = self.cache.promote(table, key)
        if row is ABSENT:
            if not table.is_key(key):
                return None
            self.missing.setdefault(table, set()).add(key)
            raise Missing
        found: R | None = row
        return found
