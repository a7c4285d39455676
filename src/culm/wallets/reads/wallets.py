"""Wallets, with what is in them."""

from __future__ import annotations

from collections.abc import Collection

from culm.kernel import pages
from culm.ledger import reads as ledger
from culm.wallets import rejections, tables, types, views
from culm.wallets.reads import queries


async def find(
    db: queries.Database, *, partition: int, tenant: str, wallet: str, field: str = "wallet"
) -> types.Wallet:
    """One of the tenant's wallets. Raises `WalletNotFound`, which names the field."""
    number = queries.number(wallet, partition)
    row = await db.fetchrow(queries.QUERIES["wallet"], partition, tenant, number)
    if row is None:
        raise rejections.WalletNotFound(field)
    return tables.read_wallet(row)[1]


async def wallet(db: queries.Database, *, partition: int, tenant: str, wallet: str) -> views.Wallet:
    """One of the tenant's wallets, with what is in it. Raises `WalletNotFound`."""
    found = await find(db, partition=partition, tenant=tenant, wallet=wallet)
    standing = await ledger.standing(db, partition=partition, tenant=tenant, codes=found.codes)
    return _view(found, standing)


async def wallets_by_id(
    db: queries.Database, *, partition: int, tenant: str, ids: Collection[str]
) -> dict[str, views.Wallet]:
    """Those of the tenant's wallets that have one of these ids, with what is in them, by id."""
    numbers = [queries.number(one, partition) for one in ids]
    rows = await db.fetch(queries.QUERIES["wallets_by_id"], partition, tenant, numbers)
    found = [tables.read_wallet(row)[1] for row in rows]
    codes = [code for one in found for code in one.codes]
    standing = await ledger.standing(db, partition=partition, tenant=tenant, codes=codes)
    return {one.id: _view(one, standing) for one in found}


async def wallets(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    customer: str | None = None,
    state: types.State | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Wallet]:
    """The tenant's wallets, newest first: those of one customer and in one state, where given."""
    pages.check_limit(limit)
    question = ("wallets", tenant, customer, state)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    query, of_customer = "wallets", []
    if customer is not None:
        query, of_customer = "wallets_of_customer", [customer]
    rows = await db.fetch(
        queries.QUERIES[query], partition, tenant, before, state, limit + 1, *of_customer
    )
    found = [tables.read_wallet(row)[1] for row in rows]
    codes = [code for one in found[:limit] for code in one.codes]
    standing = await ledger.standing(db, partition=partition, tenant=tenant, codes=codes)
    return pages.page(
        found,
        limit=limit,
        question=question,
        key=lambda one: one.number,
        item=lambda one: _view(one, standing),
    )


def _view(wallet: types.Wallet, standing: dict[str, ledger.Standing]) -> views.Wallet:
    none = ledger.Standing("", 0, 0, 0)
    balances = []
    for currency in wallet.currencies:
        _, posted, held_in, held_out = standing.get(types.code(wallet.id, currency), none)
        balances.append(views.balance(wallet, currency, posted, held_in, held_out))
    return views.wallet(wallet, balances)
