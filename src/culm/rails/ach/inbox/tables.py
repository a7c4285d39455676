"""The bank's files, as the Book loads, caches and writes them."""

from __future__ import annotations

from typing import Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, sql
from culm.rails.ach.inbox import types

QUERIES: Final = sql.load_queries("culm.rails.ach.inbox")


def _read(row: SqlRow) -> tuple[tuple[str, str], types.BankFile]:
    file = types.BankFile(**row)
    return (file.tenant, file.sha256), file


def _write(partition: int, _key: tuple[str, str], file: types.BankFile) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(file)
    return row | {"partition": partition, "taken": clock.timestamp(file.taken)}


BANK_FILES: Final = Table[types.BankFile](
    name="ach_bank_file",
    load=QUERIES["load_bank_files"],
    read=_read,
    save=QUERIES["save_bank_files"],
    write=_write,
    list_all=QUERIES["all_bank_files"],
)
