"""Holds: one, and many."""

from __future__ import annotations

from typing import Any, get_args

from culm.kernel import errors, pages
from culm.ledger import rejections, tables, types, views
from culm.ledger.reads import find


async def hold(db: find.Database, *, partition: int, tenant: str, hold: str) -> views.Hold:
    """One of the tenant's holds. Raises `HoldNotFound`."""
    await find.tenant(db, partition=partition, tenant=tenant)
    number = find.number(hold, "hld", partition)
    row = await db.fetchrow(find.QUERIES["hold"], partition, tenant, number)
    if row is None:
        raise rejections.HoldNotFound("hold")
    return _hold(row)


async def holds(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    account: str | None = None,
    state: types.HoldState | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> views.Page[views.Hold]:
    """The tenant's holds, newest first: those of one account and in one state, where given."""
    pages.check_limit(limit)
    if state is not None and state not in get_args(types.HoldState):
        raise errors.ParameterInvalid(
            "A hold is open, captured, released or expired.", field="state"
        )
    query, of_account = "holds_of_tenant", []
    if account is None:
        await find.tenant(db, partition=partition, tenant=tenant)
    else:
        query = "holds_of_account"
        found = await find.account(db, partition=partition, tenant=tenant, reference=account)
        of_account = [found.number]
    question = (query, tenant, state, *of_account)
    before = pages.NEWEST
    if cursor is not None:
        before = pages.key_of(cursor, question, pages.Number)
    rows = await db.fetch(
        find.QUERIES[query], partition, tenant, before, state, limit + 1, *of_account
    )
    return pages.page(
        rows, limit=limit, question=question, key=lambda row: row["place"], item=_hold
    )


def _hold(row: Any) -> views.Hold:
    return views.hold(tables.read_hold(row)[1], row["currency"])
