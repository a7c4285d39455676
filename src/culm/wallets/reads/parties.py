"""Who takes part in transactions: the wallets behind their accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias

from culm.ledger import events
from culm.ledger import reads as ledger
from culm.wallets import tables, telling, types, views
from culm.wallets.reads import queries

Naming: TypeAlias = Callable[[Collection[str]], Awaitable[dict[str, str]]]
"""Whatever tells what customers are called, by their ids."""


async def parties(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    transactions: Collection[events.TransactionPosted],
    names: Naming,
) -> telling.Parties:
    """Everybody who takes part in some of the tenant's transactions, by their names."""
    accounts = {line[0] for one in transactions for line in one.postings}
    codes = await ledger.codes(db, partition=partition, tenant=tenant, accounts=accounts)
    wallets = {found for code in codes.values() if (found := types.wallet_of(code))}
    numbers = sorted(queries.number(wallet, partition) for wallet in wallets)
    rows = await db.fetch(queries.QUERIES["wallets_by_id"], partition, tenant, numbers)
    known = [tables.read_wallet(row)[1] for row in rows]
    called = await names({one.customer for one in known})
    return telling.Parties(
        codes,
        {
            one.id: views.Counterparty(one.id, one.customer, called.get(one.customer, ""))
            for one in known
        },
    )
