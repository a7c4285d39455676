"""Statements: what was booked on an account within a period of effective time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from culm.kernel import clock, errors, pages
from culm.ledger import checks, events, types, views
from culm.ledger.reads import booked, find, moments


class Place(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How far a statement has been read, and the balance there. `recorded` is what its first page
    knew of; the others know as much, whatever is booked meanwhile."""

    recorded: datetime
    effective: datetime
    version: pages.Number
    balance: Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,80}$")]


async def statement(
    db: find.Database,
    *,
    partition: int,
    tenant: str,
    account: str,
    start: datetime,
    end: datetime,
    recorded: datetime | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> views.Statement:
    """An account's entries effective from `start` to just before `end`, in the order of their
    effective time, with the balances at both ends, as known at `recorded` (default: now).

    What changed only held balances is no part of it. Raises `AccountNotFound`, `TimeInvalid`, and
    `ParameterInvalid` when the end lies before the start.
    """
    pages.check_limit(limit)
    _check_period(start, end, recorded)
    found = await find.account(db, partition=partition, tenant=tenant, reference=account)
    question = ("statement", tenant, found.number, start, end, recorded)
    place = None if cursor is None else _place(cursor, question, start, end)
    known = recorded if place is None else place.recorded
    opening, known = await _posted_before(db, found, partition, start, known)
    closing, _ = await _posted_before(db, found, partition, end, known)
    place = place or Place(known, start, 0, str(opening))
    rows = await _rows(db, found, partition=partition, place=place, end=end, limit=limit + 1)
    lines = await _lines(db, found, partition, int(place.balance), rows[:limit])
    return views.Statement(
        account=found.id,
        code=found.code,
        currency=found.currency,
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        recorded=known,
        opening=str(opening),
        closing=str(closing),
        lines=tuple(lines),
        next_cursor=_cursor(question, known, lines[-1]) if len(rows) > limit else None,
    )


def _check_period(start: datetime, end: datetime, recorded: datetime | None) -> None:
    checks.moment(start, "start")
    checks.moment(end, "end")
    checks.moment(recorded, "recorded")
    if end < start:
        raise errors.ParameterInvalid("The end lies before the start.", field="end")


def _place(cursor: str, question: Sequence[Any], start: datetime, end: datetime) -> Place:
    place: Place = pages.key_of(cursor, question, Place)
    try:
        checks.moment(place.recorded, "cursor")
        checks.moment(place.effective, "cursor")
    except errors.CulmError:
        raise pages.malformed() from None
    if not start <= place.effective < end:
        raise pages.malformed()
    return place


def _cursor(question: Sequence[Any], known: datetime, last: views.StatementLine) -> str:
    place = Place(known, last.effective, last.version, last.balance)
    return pages.cursor_of(question, place)


async def _posted_before(
    db: find.Database,
    account: types.Account,
    partition: int,
    moment: datetime,
    recorded: datetime | None,
) -> tuple[int, datetime]:
    """What is posted with everything effective before a moment, and until when that is known."""
    row = await moments.row_at(
        db,
        account,
        partition=partition,
        effective=moment - clock.MICROSECOND,
        recorded=recorded,
    )
    return int(row["posted"]), row["recorded"]


async def _rows(
    db: find.Database,
    account: types.Account,
    *,
    partition: int,
    place: Place,
    end: datetime,
    limit: int,
) -> list[Any]:
    """The entries after a place, in the order of (effective, version)."""
    last = (min(end - clock.MICROSECOND, place.recorded), pages.NEWEST)
    here = (place.effective, place.version)
    between = await moments.versions(db, account, partition=partition, places=[here, last])
    rows: list[Any] = await db.fetch(
        find.QUERIES["statement_lines"],
        partition,
        account.number,
        place.effective,
        place.version,
        end,
        place.recorded,
        *between,
        limit,
    )
    return rows


async def _lines(
    db: find.Database, account: types.Account, partition: int, balance: int, rows: Sequence[Any]
) -> list[views.StatementLine]:
    """The lines of some entries, each with the balance after it."""
    positions = {row["event"] for row in rows}
    bookings = await booked.bookings(db, partition=partition, positions=positions)
    lines = []
    for row in rows:
        balance += account.sign * int(row["amount"])
        lines.append(_line(row, account.sign, bookings[row["event"]], balance))
    return lines


def _line(
    row: Any, sign: int, booking: events.TransactionPosted, balance: int
) -> views.StatementLine:
    return views.StatementLine(
        version=row["version"],
        transaction=booking.id,
        kind=booking.kind,
        reference=booking.reference,
        amount=str(sign * int(row["amount"])),
        balance=str(balance),
        effective=row["effective"],
        recorded=row["recorded"],
    )
