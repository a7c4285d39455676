"""The state of customers, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.customers import types
from culm.kernel import clock, ids, sql

QUERIES: Final = sql.load_queries("culm.customers")

_TIMES: Final = ("created", "activated", "closed", "erased")
_CUSTOMER: Final = tuple(
    name for name in types.Customer.__struct_fields__ if name not in ("id", "number")
)


def read_customer(row: SqlRow) -> tuple[str, types.Customer]:
    """A customer from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    rest = {name: row[name] for name in _CUSTOMER}
    return public_id, types.Customer(id=public_id, number=row["id"], **rest)


def _write_customer(partition: int, _key: str, customer: types.Customer) -> dict[str, SqlValue]:
    row = {name: getattr(customer, name) for name in _CUSTOMER}
    times = {name: _time(row[name]) for name in _TIMES}
    return row | times | {"partition": partition, "id": customer.number}


def read_consent(row: SqlRow) -> tuple[tuple[str, str], types.Consent]:
    """A consent from its row."""
    customer = ids.from_number(types.PREFIX, row["customer"])
    rest = {name: row[name] for name in types.Consent.__struct_fields__}
    return (customer, row["purpose"]), types.Consent(**{**rest, "customer": customer})


def _write_consent(
    partition: int, _key: tuple[str, str], consent: types.Consent
) -> dict[str, SqlValue]:
    return msgspec.structs.asdict(consent) | {
        "partition": partition,
        "customer": ids.number_of(consent.customer),
        "given": _time(consent.given),
        "withdrawn": _time(consent.withdrawn),
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else clock.timestamp(value)


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


def _purposes(keys: Collection[Any]) -> list[list[Any]]:
    return [[ids.number_of(customer) for customer, _ in keys], [purpose for _, purpose in keys]]


_is_customer: Final = functools.partial(ids.is_id, types.PREFIX)

CUSTOMERS: Final = Table[types.Customer](
    name="customer",
    load=QUERIES["load_customers"],
    read=read_customer,
    is_key=_is_customer,
    parameters=_numbers,
    save=QUERIES["save_customers"],
    write=_write_customer,
    list_all=QUERIES["all_customers"],
)
CONSENTS: Final = Table[types.Consent](
    name="customer_consent",
    load=QUERIES["load_consents"],
    read=read_consent,
    is_key=lambda key: _is_customer(key[0]) and key[1].isascii(),
    parameters=_purposes,
    save=QUERIES["save_consents"],
    write=_write_consent,
    list_all=QUERIES["all_consents"],
)
