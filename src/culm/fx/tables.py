"""The state of foreign exchange, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.fx import types
from culm.kernel import clock, ids, sql

QUERIES: Final = sql.load_queries("culm.fx")


def read_rate(row: SqlRow) -> tuple[tuple[str, str, str], types.Rate]:
    """A rate from its row."""
    rate = types.Rate(**row)
    return (rate.tenant, rate.base, rate.counter), rate


def _write_rate(
    partition: int, _key: tuple[str, str, str], rate: types.Rate
) -> dict[str, SqlValue]:
    return msgspec.structs.asdict(rate) | {
        "partition": partition,
        "valid_until": clock.timestamp(rate.valid_until),
        "set": clock.timestamp(rate.set),
    }


def read_quote(row: SqlRow) -> tuple[str, types.Quote]:
    """A quote from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    amounts = {name: int(row[name]) for name in ("sell_amount", "buy_amount")}
    return public_id, types.Quote(**{**row, **amounts, "id": public_id, "number": row["id"]})


def _write_quote(partition: int, _key: str, quote: types.Quote) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(quote)
    del row["number"]
    return row | {
        "partition": partition,
        "id": quote.number,
        "sell_amount": str(quote.sell_amount),
        "buy_amount": str(quote.buy_amount),
        "expires": clock.timestamp(quote.expires),
        "created": clock.timestamp(quote.created),
    }


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


RATES: Final = Table[types.Rate](
    name="fx_rate",
    load=QUERIES["load_rates"],
    read=read_rate,
    save=QUERIES["save_rates"],
    write=_write_rate,
    list_all=QUERIES["all_rates"],
)
"""By tenant, base and counter."""

QUOTES: Final = Table[types.Quote](
    name="fx_quote",
    load=QUERIES["load_quotes"],
    read=read_quote,
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    save=QUERIES["save_quotes"],
    write=_write_quote,
    list_all=QUERIES["all_quotes"],
)
