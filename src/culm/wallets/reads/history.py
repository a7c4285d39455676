"""A wallet's history: what moved it, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec

from culm.kernel import pages
from culm.ledger import reads as ledger
from culm.wallets import rejections, telling, types, views
from culm.wallets.reads import parties, queries
from culm.wallets.reads import wallets as wallets_

LOOKED_AT: Final = 1_000
"""How many lines a page of one kind is looked for among, at most: the kind of a line is in no
index. A page that found fewer than it may have says where to go on."""

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
    kind: str | None = None,
    recorded: pages.Span = pages.EVER,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
    names: parties.Naming,
) -> pages.Page[views.WalletTransaction]:
    """What was booked on a wallet, in one of its currencies or in all of them together, of one kind
    or any, recorded in a span of time. A page of one kind may have fewer than `limit` lines, none
    even, though more follow.

    Raises `WalletNotFound`, `CurrencyNotHeld`.
    """
    pages.check_limit(limit)
    pages.check_span(recorded, of="recorded")
    found = await wallets_.find(db, partition=partition, tenant=tenant, wallet=wallet)
    question = ("wallet transactions", tenant, found.id, currency, kind, *recorded)
    reading = _Reading(db, partition, tenant, _places(found, currency, cursor, question))
    await reading.bound(found, recorded)
    kept = await reading.lines(found, kind=kind, limit=limit)
    accounts = parties.accounts_of(one.transaction for one in kept)
    known = await parties.parties(
        db, partition=partition, tenant=tenant, accounts=accounts, names=names
    )
    following = pages.cursor_of(question, reading.places) if reading.more else None
    return pages.Page(tuple(telling.line(one, known) for one in kept), following)


class _Reading:
    """How far a history has been read, in each currency: before which entry it goes on, and after
    which one it ends."""

    def __init__(
        self, db: queries.Database, partition: int, tenant: str, places: dict[str, int]
    ) -> None:
        self.db, self.partition, self.tenant = db, partition, tenant
        self.places = places
        self.after: dict[str, int] = {}
        self.more = True

    async def bound(self, wallet: types.Wallet, recorded: pages.Span) -> None:
        """Keep to the entries that were recorded in a span of time."""
        moments = [one for one in recorded if one is not None]
        if not moments:
            return
        codes = {types.code(wallet.id, one): one for one in self.places}
        found = await ledger.versions_before(
            self.db, partition=self.partition, tenant=self.tenant, codes=codes, moments=moments
        )
        for code, versions in found.items():
            if recorded.since is not None:
                self.after[code] = versions[0]
            if recorded.before is not None:
                place = self.places[codes[code]]
                self.places[codes[code]] = min(place, versions[-1] + 1)

    async def lines(
        self, wallet: types.Wallet, *, kind: str | None, limit: int
    ) -> list[telling.Moved]:
        """The next lines, of one kind or of any: `limit` of them, or those among `LOOKED_AT`."""
        kept: list[telling.Moved] = []
        size = limit if kind is None else pages.MAX_LIMIT
        for _ in range(1 if kind is None else LOOKED_AT // size):
            lines, self.more = await self._next(wallet, size)
            codes = {} if kind is None else await self._codes(lines)
            for line in lines:
                if len(kept) == limit:
                    self.more = True
                    return kept
                self.places[line.currency] = line.entry
                if kind is None or telling.kind_of(line, codes) == kind:
                    kept.append(line)
            if not self.more:
                break
        return kept

    async def _next(self, wallet: types.Wallet, size: int) -> tuple[list[telling.Moved], bool]:
        """The next lines of any kind, and whether there are more."""
        booked = await ledger.history(
            self.db,
            partition=self.partition,
            tenant=self.tenant,
            before={types.code(wallet.id, one): place for one, place in self.places.items()},
            after=self.after,
            limit=size + 1,
        )
        return [_moved(one) for one in booked[:size]], len(booked) > size

    async def _codes(self, lines: Sequence[telling.Moved]) -> dict[str, str]:
        accounts = parties.accounts_of(one.transaction for one in lines)
        return await ledger.codes(
            self.db, partition=self.partition, tenant=self.tenant, accounts=accounts
        )


def _places(
    wallet: types.Wallet, currency: str | None, cursor: str | None, question: Sequence[Any]
) -> dict[str, int]:
    """Where the page begins in each currency. One that was added since the first page has no
    place in the cursor, and none in its list."""
    if currency is not None and currency not in wallet.currencies:
        raise rejections.CurrencyNotHeld("currency")
    asked: Sequence[str] = wallet.currencies if currency is None else (currency,)
    if cursor is None:
        return dict.fromkeys(asked, pages.NEWEST)
    read: dict[str, int] = pages.key_of(cursor, question, Places)
    return {one: read[one] for one in asked if one in read}


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
