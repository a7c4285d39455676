"""What books are kept in: the tenant, its assets, its accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from culm.kernel import errors, money, pages
from culm.ledger import checks, rejections, tables, types, views
from culm.ledger.reads import find

_PREFIX: Final = re.compile(rf"[a-z0-9:._-]{{0,{checks.MAX_CODE}}}")


async def tenant(db: find.Database, *, partition: int, tenant: str) -> types.Tenant:
    """Who keeps books here. Raises `TenantNotFound`."""
    return await find.tenant(db, partition=partition, tenant=tenant)


async def assets(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> views.Page[types.Asset]:
    """The assets that the tenant registered, by code."""
    pages.check_limit(limit)
    question = ("assets", tenant)
    after = "" if cursor is None else pages.key_of(cursor, question, pages.Code)
    await find.tenant(db, partition=partition, tenant=tenant)
    rows = await db.fetch(find.QUERIES["assets"], partition, tenant, after, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["code"],
        item=lambda row: types.Asset(**row),
    )


async def scale(db: find.Database, *, partition: int, tenant: str, currency: str) -> int:
    """How many digits of an amount stand after the point, in a currency or asset of the tenant."""
    known = money.ISO_SCALES.get(currency)
    if known is not None:
        return known
    rows = await db.fetch(tables.QUERIES["load_assets"], partition, [tenant], [currency])
    if not rows:
        raise rejections.CurrencyUnknown("currency")
    return int(rows[0]["scale"])


async def account(db: find.Database, *, partition: int, tenant: str, account: str) -> views.Account:
    """One of the tenant's accounts, by id or code. Raises `AccountNotFound`."""
    found = await find.account(db, partition=partition, tenant=tenant, reference=account)
    return views.account(found)


async def accounts_by_id(
    db: find.Database, *, partition: int, tenant: str, ids: Iterable[str]
) -> dict[str, views.Account]:
    """Those of the tenant's accounts that have one of these ids, by id."""
    numbers = [find.number(one, "acc", partition) for one in ids]
    rows = await db.fetch(find.QUERIES["accounts_by_id"], partition, tenant, numbers)
    return {one.id: one for one in map(_account, rows)}


async def accounts(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    prefix: str = "",
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> views.Page[views.Account]:
    """The tenant's accounts whose code begins with `prefix`, by code.

    Raises `ParameterInvalid` for a prefix that no code can have.
    """
    pages.check_limit(limit)
    if not _PREFIX.fullmatch(prefix):
        raise errors.ParameterInvalid("No account's code begins like this.", field="prefix")
    question = ("accounts", tenant, prefix)
    after = "" if cursor is None else pages.key_of(cursor, question, pages.Code)
    await find.tenant(db, partition=partition, tenant=tenant)
    rows = await db.fetch(find.QUERIES["accounts"], partition, tenant, prefix, after, limit + 1)
    return pages.page(
        rows, limit=limit, question=question, key=lambda row: row["code"], item=_account
    )


def _account(row: Any) -> views.Account:
    return views.account(tables.read_account(row)[1])
