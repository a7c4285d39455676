"""The proof of a log file, with nothing but the file and the public key of its log."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import IO, Any, Final, NoReturn, TypeVar

import msgspec

from culm.book import checkpoint as checkpoint_
from culm.book import event as event_
from culm.book import leaf, logfile, merkle, note, seals
from culm.kernel import errors

MAX_LINE_BYTES: Final = 16 * 2**20
"""A longer line is refused before it is read to its end."""

_LEAVES: Final = 4_096  # hashed into the tree at once

T = TypeVar("T")

Audit = Callable[[event_.LogRow], str | None]
"""A context's own proof of an event by its body: what is wrong with it, or None."""


class Checked(msgspec.Struct, frozen=True):
    """What a log file was proven to be."""

    origin: str
    partition: int
    events: int
    root: bytes
    checkpoint: checkpoint_.Checkpoint


def check(
    file: IO[bytes],
    verifier: note.Verifier,
    *,
    audit: Audit | None = None,
    progress: Callable[[int], None] | None = None,
) -> Checked:
    """Prove that a file is the whole log that its checkpoint, by this key, is of.

    Every leaf is hashed anew, the tree is built anew, and its root must be the signed one;
    positions have no gap and times no step back. Memory is flat. Raises `LogFileRefused`.
    """
    return _Check(file, verifier, audit, progress).run()


class _Check:
    """Goes through a file line by line; knows which line it is at when something is wrong."""

    def __init__(
        self,
        file: IO[bytes],
        verifier: note.Verifier,
        audit: Audit | None,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._file = file
        self._verifier = verifier
        self._audit = audit
        self._progress = progress
        self._line = 0
        self._events = 0
        self._tree = merkle.Frontier()
        self._leaves: list[bytes] = []
        self._last: tuple[str, event_.Origin] | None = None

    def run(self) -> Checked:
        partition = self._header()
        data = self._read()
        while data.startswith(b'{"position":'):
            self._event(partition, data)
            data = self._read()
        checkpoint = self._checkpoint(data)
        if self._file_has_more():
            self._line += 1
            self._fail("nothing follows the checkpoint in a whole file")
        return Checked(
            origin=checkpoint.origin,
            partition=partition,
            events=self._events,
            root=checkpoint.root,
            checkpoint=checkpoint,
        )

    def _header(self) -> int:
        header = self._decode(self._read(), logfile.Header)
        if header.format != logfile.FORMAT:
            self._fail(f"not a file of the format {logfile.FORMAT}")
        if header.origin != self._verifier.name:
            self._fail(f"the key is of {self._verifier.name}, the file of {header.origin[:200]!r}")
        if header.partition != seals.partition_of(header.origin):
            self._fail("the origin is not that of the partition")
        return header.partition

    def _event(self, partition: int, data: bytes) -> None:
        line = self._decode(data, logfile.Line)
        if line.position != self._events:
            self._fail(f"position {self._events} is missing")
        row = event_.LogRow(partition, **self._columns(line))
        sealed = row.sealed_bytes()
        line_ends = sealed.count(b"\n", 0, len(sealed) - len(line.body.encode()))
        if line_ends != leaf.HEADER_LINE_ENDS + bool(line.request):
            self._fail("a column of the event holds a line end")
        self._times(line, row.origin)
        if self._audit is not None and (wrong := self._audit(row)) is not None:
            self._fail(wrong)
        self._leaves.append(merkle.leaf_hash(sealed))
        self._events += 1
        if len(self._leaves) == _LEAVES:
            self._grow()
            if self._progress:
                self._progress(self._events)

    def _columns(self, line: logfile.Line) -> dict[str, Any]:
        columns = msgspec.structs.asdict(line)
        try:
            columns["time"] = leaf.moment(line.time)
        except leaf.LeafMalformed as error:
            self._fail(error.message)
        return columns

    def _times(self, line: logfile.Line, origin: event_.Origin) -> None:
        """Times are later from one command to the next; as texts too, since they are all alike."""
        if self._last is not None:
            time, before = self._last
            if line.time < time or (line.time == time and origin != before):
                self._fail(f"the time {line.time} is not later than that of the command before")
        self._last = line.time, origin

    def _checkpoint(self, data: bytes) -> checkpoint_.Checkpoint:
        text = self._decode(data, logfile.Last).checkpoint
        try:
            checkpoint = checkpoint_.open_(text, self._verifier)
            signatures = len(note.parse(text).signatures)
        except errors.Invalid as error:
            self._fail(f"the checkpoint is not to be trusted. {error.message}")
        if signatures != 1 or checkpoint.extensions:
            self._fail("the checkpoint holds more than it should")
        self._grow()
        if checkpoint.size != self._events:
            self._fail(f"{checkpoint.size} events were signed, the file holds {self._events}")
        if checkpoint.root != self._tree.root():
            self._fail("the events are not those that were signed: another root comes out")
        return checkpoint

    def _grow(self) -> None:
        self._tree, _ = self._tree.append(self._leaves)
        self._leaves = []

    def _read(self) -> bytes:
        """The next line with its line end."""
        self._line += 1
        try:
            data = self._file.readline(MAX_LINE_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            self._fail(f"the file cannot be read: {error}")
        if not data:
            self._fail("the file ends before its checkpoint")
        if len(data) > MAX_LINE_BYTES:
            self._fail(f"the line is longer than {MAX_LINE_BYTES} bytes")
        if not data.endswith(b"\n"):
            self._fail("the file ends in the middle of the line")
        return data

    def _file_has_more(self) -> bool:
        try:
            return bool(self._file.read(1))
        except (OSError, EOFError, zlib.error) as error:
            self._fail(f"the file cannot be read to its end: {error}")

    def _decode(self, data: bytes, type_: type[T]) -> T:
        """A line, in the one form that the writer gives it: no byte of it may be otherwise."""
        try:
            value = msgspec.json.decode(data, type=type_)
            same = logfile.encode(value) + b"\n" == data
        except (msgspec.DecodeError, UnicodeError, OverflowError, RecursionError) as error:
            self._fail(f"not what stands here in a log file: {error}")
        if not same:
            self._fail("the line is not as the platform writes it")
        return value

    def _fail(self, what: str) -> NoReturn:
        raise logfile.LogFileRefused(f"line {self._line}: {what}")
