"""Bank accounts, as they are kept: what is known of them is sealed."""

from __future__ import annotations

from collections.abc import Collection

from culm.bank_accounts import rejections, tables, types, views
from culm.bank_accounts.reads import queries
from culm.kernel import pages


async def find(db: queries.Database, *, partition: int, tenant: str, account: str) -> views.Record:
    """One of the tenant's bank accounts. Raises `BankAccountNotFound`."""
    number = queries.number(account, partition)
    row = await db.fetchrow(queries.QUERIES["account"], partition, tenant, number)
    if row is None:
        raise rejections.BankAccountNotFound("bank_account")
    return views.record(tables.read_account(row)[1])


async def in_brief(
    db: queries.Database, *, partition: int, tenant: str, ids: Collection[str]
) -> dict[str, views.BankAccountInBrief]:
    """Those of the tenant's bank accounts that have one of these ids, without what is sealed, by
    id."""
    numbers = [queries.number(one, partition) for one in ids]
    rows = await db.fetch(queries.QUERIES["accounts_by_id"], partition, tenant, numbers)
    found = [tables.read_account(row)[1] for row in rows]
    return {one.id: views.brief(one) for one in found}


async def accounts(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    customer: str | None = None,
    state: types.State | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Record]:
    """The tenant's bank accounts, newest first: those of one customer and in one state, where
    given."""
    pages.check_limit(limit)
    question = ("bank_accounts", tenant, customer, state)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    query, of_customer = "accounts", []
    if customer is not None:
        query, of_customer = "accounts_of_customer", [customer]
    rows = await db.fetch(
        queries.QUERIES[query], partition, tenant, before, state, limit + 1, *of_customer
    )
    return pages.page(
        [tables.read_account(row)[1] for row in rows],
        limit=limit,
        question=question,
        key=lambda one: one.number,
        item=views.record,
    )
