"""A wallet's history: what moved it, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from culm.kernel import pages
from culm.ledger import reads as ledger
from culm.wallets import rejections, telling, types, views
from culm.wallets.reads import parties, queries
from culm.wallets.reads import wallets as wallets_

Places = Annotated[
    dict[Annotated[str, msgspec.Meta(max_length=12)], pages.Number], msgspec.Meta(max_length=20)
]
"""How far the history has been read: in each currency, the entry before which it goes on."""


async def history(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    wallet: str,
    currency: str | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
    names: parties.Naming,
) -> pages.Page[views.WalletTransaction]:
    """What was booked on a wallet, in one of its currencies or in all of them together.

    Raises `WalletNotFound`, `CurrencyNotHeld`.
    """
    pages.check_limit(limit)
    found = await wallets_.find(db, partition=partition, tenant=tenant, wallet=wallet)
    places = _places(found, currency, cursor)
    before = {types.code(found.id, one): place for one, place in places.items()}
    booked = await ledger.history(
        db, partition=partition, tenant=tenant, before=before, limit=limit + 1
    )
    kept = booked[:limit]
    accounts = parties.accounts_of(one.transaction for one in kept)
    known = await parties.parties(
        db, partition=partition, tenant=tenant, accounts=accounts, names=names
    )
    for one in kept:
        places[one.currency] = one.version
    more = pages.cursor_of(_question(found, currency), places) if len(booked) > limit else None
    return pages.Page(tuple(telling.line(_moved(one), known) for one in kept), more)


def _places(wallet: types.Wallet, currency: str | None, cursor: str | None) -> dict[str, int]:
    """Where the page begins in each currency. One that was added since the first page has no
    place in the cursor, and none in its list."""
    if currency is not None and currency not in wallet.currencies:
        raise rejections.CurrencyNotHeld("currency")
    asked: Sequence[str] = wallet.currencies if currency is None else (currency,)
    if cursor is None:
        return dict.fromkeys(asked, pages.NEWEST)
    read: dict[str, int] = pages.key_of(cursor, _question(wallet, currency), Places)
    return {one: read[one] for one in asked if one in read}


def _question(wallet: types.Wallet, currency: str | None) -> tuple[str, str, str, str | None]:
    return ("wallet transactions", wallet.tenant, wallet.id, currency)


def _moved(one: ledger.Booked) -> telling.Moved:
    return telling.Moved(
        account=one.account,
        currency=one.currency,
        entry=one.version,
        amount=one.amount,
        balance=one.posted,
        effective=one.effective,
        recorded=one.recorded,
        transaction=one.transaction,
    )
