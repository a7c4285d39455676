"""The ledger's state, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import datetime
from sys import intern
from typing import Any, Final

import msgspec

from culm.book.table import Journal, SqlRow, SqlValue, Table
from culm.kernel import clock, ids, money, sql
from culm.ledger import checks, types

QUERIES: Final = sql.load_queries("culm.ledger")


def _read_tenant(row: SqlRow) -> tuple[str, types.Tenant]:
    return row["id"], types.Tenant(**row)


def _write_tenant(partition: int, key: str, tenant: types.Tenant) -> dict[str, SqlValue]:
    return {
        "partition": partition,
        "id": key,
        "name": tenant.name,
        "created": clock.timestamp(tenant.created),
        "closed_before": _time(tenant.closed_before),
        "sandbox": tenant.sandbox,
    }


def _read_asset(row: SqlRow) -> tuple[tuple[str, str], types.Asset]:
    return (row["tenant"], row["code"]), types.Asset(
        row["tenant"], row["code"], row["scale"], row["name"]
    )


def _write_asset(partition: int, key: tuple[str, str], asset: types.Asset) -> dict[str, SqlValue]:
    return {"partition": partition, **msgspec.structs.asdict(asset)}


def _read_code(row: SqlRow) -> tuple[tuple[str, str], str]:
    return (row["tenant"], row["code"]), ids.from_number("acc", row["id"])


def read_account(row: SqlRow) -> tuple[str, types.Account]:
    """An account from its row."""
    public_id = ids.from_number("acc", row["id"])
    return public_id, types.Account(
        id=public_id,
        number=row["id"],
        tenant=intern(row["tenant"]),
        code=row["code"],
        currency=intern(row["currency"]),
        side=row["side"],
        sign=1 if row["side"] == "debit" else -1,
        minimum=_int(row["minimum"]),
        maximum=_int(row["maximum"]),
        freeze=row["freeze"],
        closed=row["closed"],
        metadata=msgspec.json.decode(row["metadata"], type=dict[str, str]),
        opened=row["opened"],
    )


def _write_account(partition: int, _key: str, account: types.Account) -> dict[str, SqlValue]:
    return {
        "partition": partition,
        "id": account.number,
        "tenant": account.tenant,
        "code": account.code,
        "currency": account.currency,
        "side": account.side,
        "minimum": _text(account.minimum),
        "maximum": _text(account.maximum),
        "freeze": account.freeze,
        "closed": account.closed,
        "metadata": metadata_text(account.metadata),
        "opened": clock.timestamp(account.opened),
    }


def _read_balance(row: SqlRow) -> tuple[str, types.Balance]:
    account_id, account = read_account(row)
    return account_id, types.Balance(
        account, row["version"], int(row["posted"]), int(row["held_in"]), int(row["held_out"])
    )


def read_hold(row: SqlRow) -> tuple[str, types.Hold]:
    """A hold from its row."""
    public_id = ids.from_number("hld", row["id"])
    return public_id, types.Hold(
        id=public_id,
        number=row["id"],
        tenant=row["tenant"],
        debit=ids.from_number("acc", row["debit"]),
        credit=ids.from_number("acc", row["credit"]),
        amount=int(row["amount"]),
        captured=int(row["captured"]),
        released=int(row["released"]),
        state=row["state"],
        expires=row["expires"],
        reference=row["reference"],
        metadata=msgspec.json.decode(row["metadata"], type=dict[str, str]),
        placed=row["placed"],
        owner=row["owner"],
    )


def _write_hold(partition: int, _key: str, hold: types.Hold) -> dict[str, SqlValue]:
    return {
        "partition": partition,
        "id": hold.number,
        "tenant": hold.tenant,
        "debit": ids.number_of(hold.debit),
        "credit": ids.number_of(hold.credit),
        "amount": str(hold.amount),
        "captured": str(hold.captured),
        "released": str(hold.released),
        "state": hold.state,
        "expires": _time(hold.expires),
        "reference": hold.reference,
        "metadata": metadata_text(hold.metadata),
        "placed": clock.timestamp(hold.placed),
        "owner": hold.owner,
    }


def _read_reversed(row: SqlRow) -> tuple[str, types.Reversed]:
    amounts = tuple(int(amount) for amount in row["amounts"])
    return ids.from_number("txn", row["id"]), types.Reversed(amounts)


def _write_reversed(partition: int, key: str, row: types.Reversed) -> dict[str, Any]:
    amounts = [str(amount) for amount in row.amounts]
    return {"partition": partition, "id": ids.number_of(key), "amounts": amounts}


def metadata_text(metadata: dict[str, str]) -> str:
    """Metadata as it is stored: JSON with sorted keys, so that equal metadata is equal text."""
    return msgspec.json.encode(metadata, order="sorted").decode()


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _time(value: datetime | None) -> str | None:
    return None if value is None else clock.timestamp(value)


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    """Ids as the database keys them."""
    return [[ids.number_of(key) for key in keys]]


TENANTS: Final = Table[types.Tenant](
    name="ledger_tenant",
    load=QUERIES["load_tenants"],
    read=_read_tenant,
    save=QUERIES["save_tenants"],
    write=_write_tenant,
    list_all=QUERIES["all_tenants"],
)
ASSETS: Final = Table[types.Asset](
    name="ledger_asset",
    load=QUERIES["load_assets"],
    read=_read_asset,
    is_key=lambda key: money.is_asset_code(key[1]),
    save=QUERIES["save_assets"],
    write=_write_asset,
    list_all=QUERIES["all_assets"],
)
CODES: Final = Table[str](
    name="account codes",
    load=QUERIES["load_codes"],
    read=_read_code,
    is_key=lambda key: checks.is_code(key[1]),
)
ACCOUNTS: Final = Table[types.Account](
    name="ledger_account",
    load=QUERIES["load_accounts"],
    is_key=functools.partial(ids.is_id, "acc"),
    parameters=_numbers,
    read=read_account,
    save=QUERIES["save_accounts"],
    write=_write_account,
    list_all=QUERIES["all_accounts"],
)
BALANCES: Final = Table[types.Balance](
    name="balances",
    load=QUERIES["load_balances"],
    is_key=functools.partial(ids.is_id, "acc"),
    read=_read_balance,
    parameters=_numbers,
)
HOLDS: Final = Table[types.Hold](
    name="ledger_hold",
    load=QUERIES["load_holds"],
    is_key=functools.partial(ids.is_id, "hld"),
    parameters=_numbers,
    read=read_hold,
    save=QUERIES["save_holds"],
    write=_write_hold,
    list_all=QUERIES["all_holds"],
)
REVERSED: Final = Table[types.Reversed](
    name="ledger_reversed",
    load=QUERIES["load_reversed"],
    is_key=functools.partial(ids.is_id, "txn"),
    parameters=_numbers,
    read=_read_reversed,
    save=QUERIES["save_reversed"],
    write=_write_reversed,
    list_all=QUERIES["all_reversed"],
)

ENTRIES: Final = Journal(
    name="ledger_entry",
    columns=(
        "partition",
        "account",
        "version",
        "event",
        "amount",
        "posted",
        "held_in",
        "held_out",
        "effective",
        "recorded",
    ),
    save=QUERIES["save_entries"],
    list_all=QUERIES["all_entries"],
    free_text=frozenset({"effective"}),
    sort_by=1,
)
UNHELD: Final = Journal(
    name="ledger_unheld",
    columns=("partition", "account", "event", "effective", "recorded", "held_in", "held_out"),
    save=QUERIES["save_unheld"],
    list_all=QUERIES["all_unheld"],
)
REFERENCES: Final = Journal(
    name="ledger_reference",
    columns=("partition", "tenant", "reference", "event"),
    save=QUERIES["save_references"],
    list_all=QUERIES["all_references"],
    free_text=frozenset({"reference"}),
)
