"""Statements: what happened in a wallet, in one currency, from a day to another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from culm.kernel import clock, ids, pages
from culm.ledger import reads as ledger
from culm.ledger import rejections as ledger_rejections
from culm.ledger import views as ledger_views
from culm.wallets import rejections, telling, types, views
from culm.wallets.reads import parties, queries
from culm.wallets.reads import wallets as wallets_

MAX_DAYS: Final = 366
MAX_LINES: Final = 10_000
"""Of a statement in a file."""

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9_996


async def statement(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    wallet: str,
    currency: str,
    first: date,
    last: date,
    recorded: datetime | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
    names: parties.Naming,
) -> views.WalletStatement:
    """A page of a statement, in the order of effective time, as known at `recorded` (default: now).
    Its balances are those of the ledger at the beginning of the first day and at the end of the
    last.

    Raises `WalletNotFound`, `CurrencyNotHeld`, `StatementPeriodInvalid`.
    """
    _check_period(first, last)
    found = await wallets_.find(db, partition=partition, tenant=tenant, wallet=wallet)
    if currency not in found.currencies:
        raise rejections.CurrencyNotHeld("currency")
    account = types.code(found.id, currency)
    start, end = _start(first), _start(last + timedelta(days=1))
    try:
        read = await ledger.statement(
            db,
            partition=partition,
            tenant=tenant,
            account=account,
            start=start,
            end=end,
            recorded=recorded,
            cursor=cursor,
            limit=limit,
        )
    except ledger_rejections.AccountNotFound:
        read = await _nothing(db, account, start, end, recorded, partition=partition)
    lines = await _lines(db, read, partition=partition, tenant=tenant, names=names)
    return views.WalletStatement(
        wallet=found.id,
        customer=found.customer,
        currency=currency,
        account=account,
        first_day=first,
        last_day=last,
        recorded=read.recorded,
        opening=read.opening,
        closing=read.closing,
        available=await _available(db, read, partition=partition, tenant=tenant),
        lines=tuple(lines),
        next_cursor=read.next_cursor,
    )


async def whole(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    wallet: str,
    currency: str,
    first: date,
    last: date,
    recorded: datetime | None = None,
    names: parties.Naming,
    most: int = MAX_LINES,
) -> views.WalletStatement:
    """All pages of a statement as one, of `most` lines at most. What the first page knew of, all of
    them know of.

    Raises `StatementTooLong` too.
    """
    lines: list[views.WalletTransaction] = []
    cursor: str | None = None
    while True:
        page = await statement(
            db,
            partition=partition,
            tenant=tenant,
            wallet=wallet,
            currency=currency,
            first=first,
            last=last,
            recorded=recorded,
            cursor=cursor,
            limit=pages.MAX_LIMIT,
            names=names,
        )
        lines += page.lines
        if len(lines) > most:
            raise rejections.StatementTooLong("from")
        if (cursor := page.next_cursor) is None:
            return msgspec.structs.replace(page, lines=tuple(lines))


def _check_period(first: date, last: date) -> None:
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR or not first <= last:
        raise rejections.StatementPeriodInvalid("from")
    if (last - first).days >= MAX_DAYS:
        raise rejections.StatementPeriodInvalid("to")


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


async def _nothing(
    db: queries.Database,
    account: str,
    start: datetime,
    end: datetime,
    recorded: datetime | None,
    *,
    partition: int,
) -> ledger_views.Statement:
    """The statement of an account that is not opened yet."""
    return ledger_views.Statement(
        account="",
        code=account,
        currency="",
        start=start,
        end=end,
        recorded=await ledger.known(db, partition, recorded),
        opening="0",
        closing="0",
        lines=(),
        next_cursor=None,
    )


async def _available(
    db: queries.Database, read: ledger_views.Statement, *, partition: int, tenant: str
) -> str:
    """What could be spent at the end of a statement."""
    if not read.account:
        return "0"
    balance = await ledger.balance(
        db,
        partition=partition,
        tenant=tenant,
        account=read.account,
        effective=read.end - clock.MICROSECOND,
        recorded=read.recorded,
    )
    return balance.available


async def _lines(
    db: queries.Database,
    read: ledger_views.Statement,
    *,
    partition: int,
    tenant: str,
    names: parties.Naming,
) -> list[views.WalletTransaction]:
    """The lines of a statement, told as the wallet's history tells them."""
    places = {line.transaction: ids.position_of(line.transaction) for line in read.lines}
    booked = await ledger.bookings(db, partition=partition, positions=set(places.values()))
    accounts = parties.accounts_of(booked.values())
    known = await parties.parties(
        db, partition=partition, tenant=tenant, accounts=accounts, names=names
    )
    return [
        telling.line(
            telling.Moved(
                account=read.account,
                currency=read.currency,
                entry=line.version,
                amount=int(line.amount),
                balance=int(line.balance),
                effective=line.effective,
                recorded=line.recorded,
                transaction=booked[places[line.transaction]],
            ),
            known,
        )
        for line in read.lines
    ]
