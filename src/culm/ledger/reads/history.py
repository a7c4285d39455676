"""What was booked on several accounts, together, newest first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from culm.kernel import ids
from culm.ledger import events
from culm.ledger.reads import booked, find


class Booked(NamedTuple):
    """A posting of a transaction on an account: the change, in minor units and in the account's
    normal sense, and what was posted after it. `version` is the place among the account's
    entries."""

    account: str
    code: str
    currency: str
    version: int
    amount: int
    posted: int
    effective: datetime
    recorded: datetime
    transaction: events.TransactionPosted


async def history(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    before: Mapping[str, int],
    after: Mapping[str, int] | None = None,
    limit: int,
) -> list[Booked]:
    """The newest postings on those of the tenant's accounts whose codes are given, on each before a
    version, and after another where one is given. Codes of no account have none."""
    codes, bounds = list(before), after or {}
    lowest = [bounds.get(code, 0) for code in codes]
    rows = await db.fetch(
        find.QUERIES["history"], partition, tenant, codes, list(before.values()), lowest, limit
    )
    positions = {row["event"] for row in rows}
    bookings = await booked.bookings(db, partition=partition, positions=positions)
    return [_booked(row, bookings[row["event"]]) for row in rows]


async def versions_before(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    codes: Collection[str],
    moments: Sequence[datetime],
) -> dict[str, list[int]]:
    """For those of the tenant's accounts whose codes are given, and each moment, the newest entry
    that was recorded before that; 0 before the first. An account's entries are versioned in the
    order in which they were recorded."""
    query = find.QUERIES["versions_before"]
    found: dict[str, list[int]] = {}
    for row in await db.fetch(query, partition, tenant, list(codes), list(moments)):
        found.setdefault(row["code"], []).append(row["version"])
    return found


async def codes(
    db: find.Database, *, partition: int, tenant: str, accounts: Collection[str]
) -> dict[str, str]:
    """The codes of the tenant's accounts by their ids."""
    numbers = [ids.number_of(account) for account in accounts]
    rows = await db.fetch(find.QUERIES["codes"], partition, tenant, numbers)
    return {ids.from_number("acc", row["id"]): row["code"] for row in rows}


def _booked(row: Any, transaction: events.TransactionPosted) -> Booked:
    sign = 1 if row["side"] == "debit" else -1
    return Booked(
        account=ids.from_number("acc", row["id"]),
        code=row["code"],
        currency=row["currency"],
        version=row["version"],
        amount=sign * int(row["amount"]),
        posted=int(row["posted"]),
        effective=row["effective"],
        recorded=row["recorded"],
        transaction=transaction,
    )
