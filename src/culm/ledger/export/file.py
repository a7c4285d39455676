"""One tenant's ledger into one file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Literal

import msgspec

from culm.kernel import errors
from culm.ledger.export import beancount, csv, parquet, source
from culm.ledger.reads import snapshot

Format = Literal["csv", "parquet", "beancount"]

_WRITERS: Final = {"csv": csv.write, "parquet": parquet.write, "beancount": beancount.write}


class FileUnwritable(errors.CulmError):
    """The file cannot be written where it should be."""

    code = "file_unwritable"


class FormatUnknown(errors.Invalid):
    """There is no such format."""

    code = "format_unknown"


class Exported(msgspec.Struct, frozen=True):
    """How many postings were written, and until when everything recorded is among them: an export
    with this `recorded` gives the same again, for ever."""

    lines: int
    recorded: datetime


async def export(
    db: snapshot.Database,
    *,
    partition: int,
    tenant: str,
    format: Format,  # noqa: A002 (the word that the command uses)
    output: Path,
    effective: datetime | None = None,
    recorded: datetime | None = None,
) -> Exported:
    """Write the tenant's ledger, as effective and recorded by two moments, to a file.

    The file appears when it is complete, in place of one that was there, and only its owner can
    read it. Holds are no part of it. Writing is done in this thread: it is meant for a process of
    its own. Raises `TenantNotFound`, `TimeInvalid`, `FormatUnknown` and `FileUnwritable`.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise FormatUnknown(f"A ledger is exported as {', '.join(_WRITERS)}.", field="format")
    async with source.open_source(
        db, partition=partition, tenant=tenant, effective=effective, recorded=recorded
    ) as books:
        with _replacing(output) as file:
            lines = await writer(books, file)
        return Exported(lines, books.recorded)


@contextmanager
def _replacing(output: Path) -> Iterator[IO[bytes]]:
    """A new file that takes the place of `output` at the end, if nothing goes wrong."""
    if output.exists() and not output.is_file():
        raise FileUnwritable(f"{output} is not a file", field="output")
    try:
        with _temporary(output) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(output)
    except (ConnectionError, TimeoutError):
        raise  # the database's
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileUnwritable(f"{output} cannot be written: {reason}", field="output") from error


@contextmanager
def _temporary(output: Path) -> Iterator[IO[bytes]]:
    """A file beside `output`, which is gone at the end unless it was moved."""
    with tempfile.NamedTemporaryFile(
        dir=output.parent, prefix=f".{output.name[:100]}.", delete=False
    ) as file:
        try:
            yield file
        finally:
            with suppress(FileNotFoundError):
                Path(file.name).unlink()
