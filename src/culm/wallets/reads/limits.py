"""Limits, as they were set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

import msgspec

from culm.customers.reads import customers
from culm.kernel import money, pages
from culm.timers import reads as timers
from culm.wallets import checks, tables, types, using, views
from culm.wallets.reads import queries, wallets

Key = tuple[
    Annotated[str, msgspec.Meta(max_length=32, pattern=f"^{checks.TIER.pattern}$")],
    Annotated[str, msgspec.Meta(max_length=12, pattern=f"^{money.ASSET_CODE.pattern}$")],
    types.Direction,
]

_FIRST: Final = ("", "", "")


async def uses(
    db: queries.Database, *, partition: int, tenant: str, wallet: str, now: datetime
) -> views.LimitUses:
    """Where a wallet stands with the limits of its customer's tier, `now` by the real time or, for
    a tenant with one, by its virtual clock. Raises `WalletNotFound`."""
    found = await wallets.find(db, partition=partition, tenant=tenant, wallet=wallet)
    owner = await customers.find(db, partition=partition, tenant=tenant, customer=found.customer)
    today = using.day_of(await timers.now(db, partition=partition, tenant=tenant, real=now))
    rows = await db.fetch(
        queries.QUERIES["limits_of_wallet"],
        partition,
        tenant,
        found.number,
        owner.tier,
        list(found.currencies),
    )
    used = [(_use(row, found, today), tables.read_limits(row)[1]) for row in rows]
    return views.LimitUses(
        found.id, owner.tier, tuple(views.use(use, limits) for use, limits in used)
    )


async def limits(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    tier: str | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.WalletLimits]:
    """The tenant's limits, of one tier or all, by tier, currency and direction."""
    pages.check_limit(limit)
    question = ("wallet limits", tenant, tier)
    after = _FIRST if cursor is None else pages.key_of(cursor, question, Key)
    rows = await db.fetch(queries.QUERIES["limits"], partition, tenant, tier, *after, limit + 1)
    return pages.page(rows, limit=limit, question=question, key=_key, item=_limits)


def _key(row: Any) -> tuple[str, str, str]:
    return (row["tier"], row["currency"], row["direction"])


def _use(row: Any, wallet: types.Wallet, today: date) -> types.Use:
    """What is used by today, from the row of the newest day on which anything counted."""
    none = types.Use(wallet.tenant, wallet.id, row["currency"], row["direction"], today)
    if row["used_day"] is None:
        return none
    used = msgspec.structs.replace(
        none,
        day=row["used_day"],
        day_sum=int(row["used_day_sum"]),
        day_count=row["used_day_count"],
        month_sum=int(row["used_month_sum"]),
        month_count=row["used_month_count"],
    )
    return using.on(used, today)


def _limits(row: Any) -> views.WalletLimits:
    return views.limits(tables.read_limits(row)[1])
