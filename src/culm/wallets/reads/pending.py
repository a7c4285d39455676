"""What is held in a wallet, or on its way to it."""

from __future__ import annotations

from culm.kernel import pages
from culm.ledger import reads as ledger
from culm.ledger import rejections as ledger_rejections
from culm.wallets import rejections, telling, types, views
from culm.wallets.reads import parties, queries, wallets


async def pending(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    wallet: str,
    currency: str,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
    names: parties.Naming,
) -> pages.Page[views.WalletHold]:
    """The open holds on a wallet in one of its currencies, newest first.

    Raises `WalletNotFound`, `CurrencyNotHeld`.
    """
    found = await wallets.find(db, partition=partition, tenant=tenant, wallet=wallet)
    if currency not in found.currencies:
        raise rejections.CurrencyNotHeld("currency")
    try:
        page = await ledger.holds(
            db,
            partition=partition,
            tenant=tenant,
            account=types.code(found.id, currency),
            state="open",
            cursor=cursor,
            limit=limit,
        )
    except ledger_rejections.AccountNotFound:
        return pages.Page((), None)
    accounts = {side for hold in page.items for side in (hold.debit, hold.credit)}
    known = await parties.parties(
        db, partition=partition, tenant=tenant, accounts=accounts, names=names
    )
    lines = [telling.held(found, hold, known) for hold in page.items]
    return pages.Page(tuple(lines), page.next_cursor)
