"""The proof of the log's rows: no gap, no change in any column, times in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NoReturn

from culm.book import event as event_
from culm.book import finding, turn
from culm.kernel import clock

_HEADER_LINE_ENDS: Final = 7
"""Of a frame's header: six fields, then an empty line; one more with a request."""


class LogCheck:
    """Follows the rows of one partition's log, from its first on."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.position = 0
        self.time = turn.BEFORE_TIME
        self._origin: event_.Origin | None = None
        self._shared: tuple[Any, ...] = ()
        self._frame = event_.Frame(b"", b"")

    def take(self, rows: Sequence[Any]) -> list[bytes]:
        """The leaf hashes of the next rows, recomputed. Raises `Damaged`."""
        partition, leaves = self.partition, []
        for row in rows:
            if row["position"] != self.position:
                self._gap(row["position"])
            shared = (
                row["time"],
                row["tenant"],
                row["actor"],
                row["correlation"],
                row["causation"],
                row["request"],
                row["type"],
                row["version"],
            )
            if shared != self._shared:
                self._turn_to(shared)
            data = event_.leaf_bytes(partition, self.position, self._frame, row["body"].encode())
            leaf = sha256(b"\x00" + data).digest()
            if leaf != row["leaf"]:
                self._fail(
                    "the columns of the event do not give its leaf hash",
                    column="leaf",
                    expected=leaf,
                    found=row["leaf"],
                )
            leaves.append(leaf)
            self.position += 1
        return leaves

    def _turn_to(self, shared: tuple[Any, ...]) -> None:
        """Another command or another type of event than that of the row before."""
        time: datetime | None
        time, tenant, actor, correlation, causation, request, type_, version = shared
        if time is None:
            self._fail("the time is not one that an event can have", column="time")
        origin = event_.Origin(tenant, actor, correlation, causation, request)
        if time < self.time or (time == self.time and origin != self._origin):
            self._fail(
                "the time is not later than that of the command before",
                column="time",
                expected=f"later than {clock.timestamp(self.time)}",
                found=clock.timestamp(time),
            )
        frame = event_.leaf_frame(
            time=clock.timestamp(time), type_=type_, version=version, origin=origin
        )
        if frame.header.count(b"\n") != _HEADER_LINE_ENDS + bool(request):
            self._fail("a column holds a line end")
        self.time, self._origin = time, origin
        self._shared, self._frame = shared, frame

    def _gap(self, found: int) -> NoReturn:
        if found > self.position:
            self._fail("the event is missing; the next one is shown", found=f"position {found}")
        what = "no event can stand at this position"
        raise finding.damaged(self.partition, "book_log", what, key=f"position {found}")

    def _fail(
        self, what: str, *, column: str = "", expected: object = None, found: object = None
    ) -> NoReturn:
        raise finding.damaged(
            self.partition,
            "book_log",
            what,
            key=f"position {self.position}",
            column=column,
            expected=expected,
            found=found,
        )
