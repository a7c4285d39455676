"""Balances at any effective and recorded moment; how they are found is told in reads.sql."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from culm.kernel import ids, pages
from culm.ledger import types, views
from culm.ledger.reads import find


async def balance(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    account: str,
    effective: datetime | None = None,
    recorded: datetime | None = None,
) -> views.Balance:
    """An account's balance as effective at one moment and known at another.

    Without `effective` everything recorded counts, as for limits; without `recorded`, or with one
    that is still to come, everything known now. What is held counts from when holds were placed
    and given back; a capture takes from it when the capture is effective.
    Raises `AccountNotFound` and `TimeInvalid`.
    """
    find.check_moments(effective, recorded)
    found = await find.account(db, partition=partition, tenant=tenant, reference=account)
    row = await row_at(db, found, partition=partition, effective=effective, recorded=recorded)
    version = row["newest"]
    if recorded is not None:
        latest = (row["recorded"], pages.NEWEST)
        [version] = await versions(db, found, partition=partition, places=[latest])
    posted, held_in, held_out = (int(row[name]) for name in ("posted", "held_in", "held_out"))
    return views.Balance(
        account=found.id,
        currency=found.currency,
        posted=str(posted),
        held_in=str(held_in),
        held_out=str(held_out),
        available=str(posted - held_out),
        version=version,
        effective=None if effective is None else effective.astimezone(UTC),
        recorded=row["recorded"],
    )


async def row_at(
    db: find.Database,
    account: types.Account,
    *,
    partition: int,
    effective: datetime | None,
    recorded: datetime | None,
) -> Any:
    """The balances of one account at two moments, as the database returns them."""
    return await db.fetchrow(
        find.QUERIES["balances"], partition, account.tenant, account.number, effective, recorded
    )


async def versions(
    db: find.Database,
    account: types.Account,
    *,
    partition: int,
    places: Sequence[tuple[datetime, int]],
) -> list[int]:
    """For each (moment, version), the newest entry with (recorded, version) not after it."""
    columns = [[moment for moment, _ in places], [version for _, version in places]]
    rows = await db.fetch(find.QUERIES["versions"], partition, account.number, *columns)
    return [row["version"] for row in rows]


async def trial_balance(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    effective: datetime | None = None,
    recorded: datetime | None = None,
) -> views.TrialBalance:
    """Every account of the tenant with its balance on one side; by currency both sides are equal.

    The moments are those of `balance`. Accounts opened after `recorded` are left out. One
    statement reads it all, so it is one state of the books.
    """
    find.check_moments(effective, recorded)
    await find.tenant(db, partition=partition, tenant=tenant)
    rows = await db.fetch(find.QUERIES["balances"], partition, tenant, None, effective, recorded)
    by_currency = sorted(rows, key=_currency)  # stable: accounts stay in the order of their tree
    known_until = rows[0]["recorded"] if rows else await known(db, partition, recorded)
    return views.TrialBalance(
        effective=None if effective is None else effective.astimezone(UTC),
        recorded=known_until,
        currencies=tuple(_columns(*group) for group in groupby(by_currency, _currency)),
    )


async def known(db: find.Database, partition: int, recorded: datetime | None) -> datetime:
    """The last moment of which everything is known, or `recorded` if that is earlier."""
    moment: datetime = await db.fetchval(find.QUERIES["known_until"], partition, recorded)
    return moment


def _currency(row: Any) -> str:
    currency: str = row["currency"]
    return currency


def _columns(currency: str, rows: Any) -> views.TrialCurrency:
    signed = [(row, signed_balance(row)) for row in rows]
    return views.TrialCurrency(
        currency=currency,
        debit=str(sum(max(amount, 0) for _, amount in signed)),
        credit=str(sum(max(-amount, 0) for _, amount in signed)),
        accounts=tuple(_line(row, amount) for row, amount in signed),
    )


def _line(row: Any, amount: int) -> views.TrialLine:
    debit, credit = max(amount, 0), max(-amount, 0)
    return views.TrialLine(ids.from_number("acc", row["id"]), row["code"], str(debit), str(credit))


def signed_balance(row: Any) -> int:
    """What is posted by a row of `balances`, debits positive."""
    posted = int(row["posted"])
    return posted if row["side"] == "debit" else -posted
