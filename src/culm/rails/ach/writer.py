"""Writes records: those of a file that was read, byte for byte, or those of a new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from culm.rails.ach.entry import Entry
from culm.rails.ach.layout import Record
from culm.rails.ach.lines import PhysicalLayout, encode
from culm.rails.ach.reader import Event


class Writable(Protocol):
    """A binary stream, as far as it is used here."""

    def write(self, data: bytes, /) -> object:
        """Takes all the bytes."""


_LF = PhysicalLayout()


def write(events: Iterable[Event], out: Writable, layout: PhysicalLayout = _LF) -> None:
    """Writes the events of a whole file, in the order of their lines, as the layout says.

    With a report's layout, what a reader gave comes out as the bytes that it read.
    """
    endings = _endings(layout)
    # A line that stands between an entry and its addenda was read before the entry was complete,
    # so it comes first and waits here for its turn.
    waiting: dict[int, Record] = {}
    turn = 1
    for record in _records(events):
        waiting[record.line] = record
        while (due := waiting.pop(turn, None)) is not None:
            out.write(encode(due.text + next(endings)))
            turn += 1
    rest = (encode(waiting[line].text + next(endings)) for line in sorted(waiting))
    out.write(b"".join(rest))


def lines(events: Iterable[Event]) -> bytes:
    """The lines of records that were built, in their order."""
    return b"".join([encode(record.text + "\n") for record in _records(events)])


def _records(events: Iterable[Event]) -> Iterator[Record]:
    for event in events:
        if isinstance(event, Entry):
            yield event.detail
            yield from event.addenda
        else:
            yield event


def _endings(layout: PhysicalLayout) -> Iterator[str]:
    """The ending of each line in turn."""
    changes = dict(layout.endings)
    ending = "\n"
    line = 0
    while True:
        line += 1
        ending = changes.get(line, ending)
        yield ending
