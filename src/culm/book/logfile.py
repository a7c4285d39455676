"""A partition's log in one file, which proves itself: no database is needed to check it.

JSON lines, each in the one form that the encoder gives it: first what log this is, then every
event with all that its leaf hash covers, last the signed checkpoint of exactly these events.
A name that ends in `.gz` is compressed.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any, Final, cast

import asyncpg
import msgspec

from culm.book import checkpoint as checkpoint_
from culm.book import event as event_
from culm.book import note, seals, stream
from culm.kernel import clock, errors, sql

QUERIES: Final = sql.load_queries("culm.book", "logfile.sql")

FORMAT: Final = "culm-log/1"

MAX_VERSION: Final = 2**15 - 1
"""Versions of an event are 16-bit integers of the database."""

encode: Final = msgspec.json.Encoder().encode


class LogFileRefused(errors.Invalid):
    """A file is not the whole, unaltered log that the key signed. The message names the line."""

    code = "log_file_refused"


class LogFileNotWritten(errors.CulmError):
    """The file cannot be written, or is there already."""

    code = "log_file_not_written"


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: which log the file holds."""

    format: str
    partition: Annotated[int, msgspec.Meta(ge=0, le=seals.MAX_PARTITION)]
    origin: str


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One event. `body` is the exact JSON text of the log, as a string; `request` stands only in
    the lines of events that were recorded for a request under a key."""

    position: Annotated[int, msgspec.Meta(ge=0, le=checkpoint_.MAX_SIZE)]
    time: str
    type: str
    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_VERSION)]
    tenant: str
    actor: str
    correlation: str
    causation: str
    body: str
    request: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Line:
        """The line of a row of the log."""
        if row["time"] is None:
            raise LogFileNotWritten(
                f"The log is damaged: the event at {row['position']} has an impossible time."
            )
        values = {name: row[name] for name in cls.__struct_fields__}
        return cls(**values | {"time": clock.timestamp(row["time"])})


class Last(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line: the checkpoint of the events before it."""

    checkpoint: str


class Exported(msgspec.Struct, frozen=True):
    """What was written."""

    path: Path
    origin: str
    events: int
    root: bytes


def write(
    file: IO[bytes], *, partition: int, rows: Iterable[event_.LogRow], checkpoint: str
) -> None:
    """Write a log that is in memory."""
    _begin(file, partition, checkpoint)
    for row in rows:
        file.write(encode(Line.of(msgspec.structs.asdict(row))) + b"\n")
    _end(file, checkpoint)


async def export(
    db: asyncpg.Pool[Any],
    seals_: seals.Seals,
    partition: int,
    path: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Exported:
    """Write the log of a partition up to a checkpoint of this moment, in flat memory.

    Other users may not read the file. Raises `LogFileNotWritten`, and what `Seals.checkpoint`
    raises. A file that could not be finished is removed.
    """
    signed = await seals_.checkpoint(partition)
    # Nothing below a signed checkpoint ever changes: the events need no common snapshot with it.
    checkpoint = checkpoint_.open_(signed, seals_.verifier(partition))
    with _made(path) as file:
        _begin(file, partition, signed)
        await _events(db, file, partition, checkpoint.size, progress)
        _end(file, signed)
    return Exported(path, checkpoint.origin, checkpoint.size, checkpoint.root)


def open_(path: Path) -> IO[bytes]:
    """Open a log file to read. Raises `LogFileRefused`."""
    try:
        return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise LogFileRefused(f"{path} cannot be read: {error.strerror}.") from error


@contextmanager
def _made(path: Path) -> Iterator[IO[bytes]]:
    """A new file, which is removed again unless it was finished."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LogFileNotWritten(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as raw, _compressed(raw, path) as file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise LogFileNotWritten(f"{path} cannot be written: {error.strerror}.") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _events(
    db: asyncpg.Pool[Any],
    file: IO[bytes],
    partition: int,
    size: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    async with db.acquire() as connection, connection.transaction(readonly=True):
        rows = stream.Stream(connection, QUERIES["export"], partition, size)
        done = 0
        while batch := await rows.batch():
            file.write(b"".join([encode(Line.of(row)) + b"\n" for row in batch]))
            done += len(batch)
            if progress:
                progress(done, size)


def _begin(file: IO[bytes], partition: int, checkpoint: str) -> None:
    origin = checkpoint_.parse(note.parse(checkpoint).text).origin
    file.write(encode(Header(FORMAT, partition, origin)) + b"\n")


def _end(file: IO[bytes], checkpoint: str) -> None:
    file.write(encode(Last(checkpoint)) + b"\n")


def _compressed(raw: IO[bytes], path: Path) -> IO[bytes]:
    """The file itself, or what goes into it compressed. Equal logs make equal files."""
    if path.suffix != ".gz":
        return raw
    zipped = gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0)
    return cast("IO[bytes]", zipped)
