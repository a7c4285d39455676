"""The ACH rail's state: the files that came in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, sql
from culm.rails.ach.commands import Verdict

QUERIES: Final = sql.load_queries("culm.rails.ach")


class File(msgspec.Struct, frozen=True):
    """A file that came in, by what it holds.

    `account` and `clearing` are the ids of the accounts that an accepted file is posted between,
    `refused_batches` the ordinals of the batches that are left out; all are `None` where the file
    was refused, or accepted before this was recorded.
    """

    tenant: str
    sha256: str
    name: str
    verdict: Verdict
    entries: int
    received: datetime
    account: str | None = None
    clearing: str | None = None
    refused_batches: tuple[int, ...] | None = None


def _read(row: SqlRow) -> tuple[tuple[str, str], File]:
    refused = row["refused_batches"]
    file = File(**{**row, "refused_batches": None if refused is None else tuple(refused)})
    return (file.tenant, file.sha256), file


def _write(partition: int, _key: tuple[str, str], file: File) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(file)
    refused = None if file.refused_batches is None else [str(n) for n in file.refused_batches]
    changed = {"received": clock.timestamp(file.received), "refused_batches": refused}
    return {"partition": partition, **row, **changed}


FILES: Final = Table[File](
    name="ach_file",
    load=QUERIES["load_files"],
    read=_read,
    save=QUERIES["save_files"],
    write=_write,
    list_all=QUERIES["all_files"],
)
