"""Writes a file as the log says, batch by batch, so that it is never in memory as a whole.

The same file is the same bytes, whenever and wherever it is written.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec

from culm.kernel import errors, ids
from culm.rails.ach import building, calendar, new_file, reader, writer
from culm.rails.ach.delivery import entries
from culm.rails.ach.files import commands, reads, types
from culm.rails.ach.transfers import types as transfers


class Key(Protocol):
    """A subject's key, as far as it is used here."""

    def open(self, sealed: str, about: str) -> bytes:
        """What was sealed."""


class Sealing(Protocol):
    """Where the keys of subjects are."""

    async def keys(self, tenant: str, subjects: Iterable[str]) -> Mapping[str, Key]:
        """The keys of subjects; those that are erased are missing."""


class Written(msgspec.Struct, frozen=True):
    """What a file holds, and the transfers that could not be put into it. It is not `whole` if
    there are more of those than can be left out at once."""

    sha256: str
    size: int
    entries: int
    lost: tuple[commands.Lost, ...]
    whole: bool


async def write(
    file: types.File, path: Path, *, partition: int, db: reads.Database, sealing: Sealing
) -> Written:
    """Write a file to a path where nothing is."""
    writing = _Writing(file)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        writing.out(out, [writing.building.begin(_header(file))])
        for batch in await reads.batches(db, file, partition=partition):
            rows = await reads.entries(db, file, batch, partition=partition)
            keys = await sealing.keys(file.tenant, {row["subject"] for row in rows})
            if not writing.batch(out, batch, rows, keys):
                return writing.written
        writing.out(out, writing.building.end())
        out.flush()
        await asyncio.to_thread(os.fsync, out.fileno())
    return writing.written


class _Writing:
    """A file so far."""

    def __init__(self, file: types.File) -> None:
        self.building = building.Building()
        self._file = file
        self._digest = sha256()
        self._size = 0
        self._entries = 0
        self._lost: list[commands.Lost] = []
        self._whole = True

    def batch(
        self, out: IO[bytes], batch: types.Batch, rows: Iterable[Any], keys: Mapping[str, Key]
    ) -> bool:
        """Write a batch, unless there is nobody left in it. False, if too many are lost by now."""
        found, lost = list[new_file.NewEntry](), list[str]()
        for row in rows:
            entry = _entry(row, keys.get(row["subject"]))
            if entry is None:
                lost.append(ids.from_number(transfers.PREFIX, row["id"]))
            else:
                found.append(entry)
        before = sum(len(one.transfers) for one in self._lost)
        self._whole = before + len(lost) <= types.MAX_LOST
        if lost and self._whole:
            self._lost.append(commands.Lost(batch.id, tuple(lost)))
        if found:
            new = _batch(self._file, batch, tuple(found))
            self.out(out, self.building.batch(new, self.building.batches + 1))
            self._entries += len(found)
        return self._whole

    def out(self, out: IO[bytes], records: Iterable[reader.Event]) -> None:
        """Write records."""
        data = writer.lines(records)
        out.write(data)
        self._digest.update(data)
        self._size += len(data)

    @property
    def written(self) -> Written:
        """What it holds."""
        sha256 = self._digest.hexdigest()
        return Written(sha256, self._size, self._entries, tuple(self._lost), self._whole)


def _header(file: types.File) -> new_file.NewFile:
    made, terms = calendar.local(file.created), file.terms
    return new_file.NewFile(
        destination=terms.destination,
        origin=terms.origin,
        created_on=made.date(),
        created_at=made.time(),
        modifier=file.modifier,
        destination_name=terms.destination_name,
        origin_name=terms.origin_name,
        batches=(),
    )


def _batch(
    file: types.File, batch: types.Batch, found: tuple[new_file.NewEntry, ...]
) -> new_file.NewBatch:
    return new_file.NewBatch(
        sec=batch.sec,
        company_name=file.terms.company_name,
        company_id=file.terms.company_id,
        entry_description=batch.description,
        effective_on=file.effective,
        odfi=file.terms.odfi[:8],
        entries=found,
    )


def _entry(row: Any, key: Key | None) -> new_file.NewEntry | None:
    """What an entry says; None where nobody can say it any more."""
    if key is None:
        return None
    try:
        plain = key.open(row["sealed"], entries.ABOUT)
    except errors.CulmError:
        return None
    return entries.entry(row, plain)
