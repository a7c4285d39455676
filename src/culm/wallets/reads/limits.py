"""Limits, as they were set."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from culm.kernel import money, pages
from culm.wallets import checks, tables, types, views
from culm.wallets.reads import queries

Key = tuple[
    Annotated[str, msgspec.Meta(max_length=32, pattern=f"^{checks.TIER.pattern}$")],
    Annotated[str, msgspec.Meta(max_length=12, pattern=f"^{money.ASSET_CODE.pattern}$")],
    types.Direction,
]

_FIRST: Final = ("", "", "")


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


def _limits(row: Any) -> views.WalletLimits:
    return views.limits(tables.read_limits(row)[1])
