"""The reads of foreign exchange: plain SQL for one tenant of one partition."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

import msgspec

from culm.fx import rejections, tables, types, views
from culm.kernel import database, ids, money, pages, sql

Database: TypeAlias = database.Reads

QUERIES: Final = sql.load_queries("culm.fx", "reads.sql")

_Code = Annotated[str, msgspec.Meta(pattern=f"^{money.ASSET_CODE.pattern}$")]
_Pair = tuple[_Code, _Code]


async def rates(
    db: Database,
    *,
    partition: int,
    tenant: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.FxRate]:
    """The tenant's rates, by base and counter."""
    pages.check_limit(limit)
    question = ("rates", tenant)
    after = ("", "") if cursor is None else pages.key_of(cursor, question, _Pair)
    rows = await db.fetch(QUERIES["rates"], partition, tenant, *after, limit + 1)
    return pages.page(rows, limit=limit, question=question, key=_pair, item=_rate)


async def quote(db: Database, *, partition: int, tenant: str, quote: str) -> views.FxQuote:
    """One of the tenant's quotes. Raises `QuoteNotFound`."""
    known = ids.is_id(types.PREFIX, quote) and ids.partition_of(quote) == partition
    number = ids.number_of(quote) if known else -1
    row = await db.fetchrow(QUERIES["quote"], partition, tenant, number)
    if row is None:
        raise rejections.QuoteNotFound("quote")
    return _quote(row)


async def quotes(
    db: Database,
    *,
    partition: int,
    tenant: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.FxQuote]:
    """The tenant's quotes, newest first."""
    pages.check_limit(limit)
    question = ("quotes", tenant)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    rows = await db.fetch(QUERIES["quotes"], partition, tenant, before, limit + 1)
    return pages.page(rows, limit=limit, question=question, key=lambda row: row["id"], item=_quote)


def _pair(row: Any) -> tuple[str, str]:
    return row["base"], row["counter"]


def _rate(row: Any) -> views.FxRate:
    return views.rate(tables.read_rate(row)[1])


def _quote(row: Any) -> views.FxQuote:
    return views.quote(tables.read_quote(row)[1])
