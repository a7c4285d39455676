"""An account's activity by days, from the projection of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from culm.facts.projections import generations
from culm.kernel import errors, pages
from culm.ledger import projections, views
from culm.ledger.reads import find


async def activity(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    account: str,
    now: datetime,
    first: date | None = None,
    last: date | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> views.Activity:
    """The days from `first` to `last`, both included, on which anything was booked on an account.

    Its lag is measured against `now`; what is read may be less behind, never more. Raises
    `AccountNotFound`, `ProjectionNotBuilt`, and `ParameterInvalid` when the last day lies before
    the first.
    """
    pages.check_limit(limit)
    first, last = first or date.min, last or date.max
    if last < first:
        raise errors.ParameterInvalid("The last day lies before the first.", field="to")
    found = await find.account(db, partition=partition, tenant=tenant, reference=account)
    question = ("activity", tenant, found.number, first, last)
    after = None if cursor is None else pages.key_of(cursor, question, date)
    live = await generations.live(db, projections.ACTIVITY.name, partition)
    rows = await db.fetch(
        projections.QUERIES["days"], partition, found.number, first, after, last, limit + 1
    )
    page = pages.page(rows, limit=limit, question=question, key=lambda row: row["day"], item=_day)
    return views.Activity(
        account=found.id,
        code=found.code,
        currency=found.currency,
        days=page.items,
        lag=live.lag(now),
        next_cursor=page.next_cursor,
    )


def _day(row: Any) -> views.ActivityDay:
    return views.ActivityDay(
        day=row["day"],
        postings=row["postings"],
        debit=str(int(row["debit"])),
        credit=str(int(row["credit"])),
    )
