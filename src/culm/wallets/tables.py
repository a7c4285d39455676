"""The state of wallets, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, money, sql
from culm.wallets import checks, types

QUERIES: Final = sql.load_queries("culm.wallets")

_SUMS: Final = ("per_payment", "day_sum", "month_sum")


def read_wallet(row: SqlRow) -> tuple[str, types.Wallet]:
    """A wallet from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    return public_id, types.Wallet(
        id=public_id,
        number=row["id"],
        tenant=row["tenant"],
        customer=row["customer"],
        name=row["name"],
        currencies=tuple(row["currencies"]),
        freeze=row["freeze"],
        reason=row["reason"],
        closed=row["closed"],
        metadata=msgspec.json.decode(row["metadata"], type=dict[str, str]),
        created=row["created"],
    )


def _write_wallet(partition: int, _key: str, wallet: types.Wallet) -> dict[str, SqlValue]:
    return {
        "partition": partition,
        "id": wallet.number,
        "tenant": wallet.tenant,
        "customer": wallet.customer,
        "name": wallet.name,
        "currencies": list(wallet.currencies),
        "freeze": wallet.freeze,
        "reason": wallet.reason,
        "closed": wallet.closed,
        "metadata": msgspec.json.encode(wallet.metadata, order="sorted").decode(),
        "created": clock.timestamp(wallet.created),
    }


def read_limits(row: SqlRow) -> tuple[types.LimitsKey, types.Limits]:
    """The limits of a tier from their row."""
    values = {name: row[name] for name in types.Limits.__struct_fields__}
    values |= {name: None if row[name] is None else int(row[name]) for name in _SUMS}
    limits = types.Limits(**values)
    return (limits.tenant, limits.tier, limits.currency, limits.direction), limits


def _write_limits(
    partition: int, _key: types.LimitsKey, limits: types.Limits
) -> dict[str, SqlValue]:
    sums = {name: getattr(limits, name) for name in _SUMS}
    texts = {name: None if value is None else str(value) for name, value in sums.items()}
    return {"partition": partition, **msgspec.structs.asdict(limits), **texts}


def read_use(row: SqlRow) -> tuple[types.UseKey, types.Use]:
    """What a wallet has used of its limits, from its row."""
    wallet = ids.from_number(types.PREFIX, row["wallet"])
    values = {name: row[name] for name in types.Use.__struct_fields__} | {
        "wallet": wallet,
        "day_sum": int(row["day_sum"]),
        "month_sum": int(row["month_sum"]),
    }
    return (wallet, row["currency"], row["direction"]), types.Use(**values)


def _write_use(partition: int, _key: types.UseKey, use: types.Use) -> dict[str, SqlValue]:
    return msgspec.structs.asdict(use) | {
        "partition": partition,
        "wallet": ids.number_of(use.wallet),
        "day": use.day.isoformat(),
        "day_sum": str(use.day_sum),
        "month_sum": str(use.month_sum),
    }


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    """Ids as the database keys them."""
    return [[ids.number_of(key) for key in keys]]


def _of_wallets(keys: Collection[Any]) -> list[list[Any]]:
    return [
        [ids.number_of(wallet) for wallet, _, _ in keys],
        *([k[n] for k in keys] for n in (1, 2)),
    ]


_is_wallet: Final = functools.partial(ids.is_id, types.PREFIX)

WALLETS: Final = Table[types.Wallet](
    name="wallet",
    load=QUERIES["load_wallets"],
    read=read_wallet,
    is_key=_is_wallet,
    parameters=_numbers,
    save=QUERIES["save_wallets"],
    write=_write_wallet,
    list_all=QUERIES["all_wallets"],
)
LIMITS: Final = Table[types.Limits](
    name="wallet_limits",
    load=QUERIES["load_limits"],
    read=read_limits,
    is_key=lambda key: bool(checks.TIER.fullmatch(key[1])) and money.is_asset_code(key[2]),
    save=QUERIES["save_limits"],
    write=_write_limits,
    list_all=QUERIES["all_limits"],
)
USES: Final = Table[types.Use](
    name="wallet_use",
    load=QUERIES["load_uses"],
    read=read_use,
    is_key=lambda key: _is_wallet(key[0]) and money.is_asset_code(key[1]),
    parameters=_of_wallets,
    save=QUERIES["save_uses"],
    write=_write_use,
    list_all=QUERIES["all_uses"],
)
