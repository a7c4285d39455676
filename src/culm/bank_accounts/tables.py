"""The state of bank accounts, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any, Final

import msgspec

from culm.bank_accounts import types
from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql

QUERIES: Final = sql.load_queries("culm.bank_accounts")


def read_account(row: SqlRow) -> tuple[str, types.BankAccount]:
    """A bank account from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    named = {"id": public_id, "number": row["id"], "deposits": tuple(row["deposits"])}
    return public_id, types.BankAccount(**{**row, **named})


def _write_account(partition: int, _key: str, account: types.BankAccount) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(account)
    del row["number"]
    return row | {
        "partition": partition,
        "id": account.number,
        "deposits": list(account.deposits),
        "created": clock.timestamp(account.created),
        "expires": None if account.expires is None else clock.timestamp(account.expires),
    }


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


BANK_ACCOUNTS: Final = Table[types.BankAccount](
    name="bank_account",
    load=QUERIES["load_accounts"],
    read=read_account,
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    save=QUERIES["save_accounts"],
    write=_write_account,
    list_all=QUERIES["all_accounts"],
)
