"""Who is on the other side: the wallets behind accounts, and what their customers are called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import TypeAlias

from culm.ledger import events
from culm.ledger import reads as ledger
from culm.wallets import tables, telling, types, views
from culm.wallets.reads import queries

Naming: TypeAlias = Callable[[Collection[str]], Awaitable[dict[str, str]]]
"""Whatever tells what customers are called, by their ids."""


def accounts_of(transactions: Iterable[events.TransactionPosted]) -> set[str]:
    """The accounts that some transactions move."""
    return {line[0] for one in transactions for line in one.postings}


async def parties(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    accounts: Collection[str],
    names: Naming,
) -> telling.Parties:
    """Everybody who is behind some of the tenant's accounts, by their names."""
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
