"""Statements: what was booked on an account within a period of effective time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from culm.kernel import clock, errors
from culm.ledger import checks, events, types, views
from culm.ledger.reads import booked, find, moments, pages


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
    `Invalid` when the end lies before the start.
    """
    pages.check_limit(limit)
    _check_period(start, end, recorded)
    found = await find.account(db, partition=partition, tenant=tenant, reference=account)
    question = ("statement", tenant, found.number, start, end, recorded)
    place = None if cursor is None else _place(cursor, question, start, end)
    known = recorded if place is None else place.recorded
    opening = await _posted_before(db, found, partition, start, known)
    closing = await _posted_before(db, found, partition, end, opening["recorded"])
    if place is None:
        place = Place(opening["recorded"], start, 0, str(int(opening["posted"])))
    rows = await _rows(db, found, partition=partition, place=place, end=end, limit=limit + 1)
    lines = await _lines(db, found, partition, int(place.balance), rows[:limit])
    following = None
    if len(rows) > limit:
        last = lines[-1]
        place = Place(place.recorded, last.effective, last.version, last.balance)
        following = pages.cursor_of(question, place)
    return views.Statement(
        account=found.id,
        code=found.code,
        currency=found.currency,
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        recorded=place.recorded,
        opening=str(int(opening["posted"])),
        closing=str(int(closing["posted"])),
        lines=tuple(lines),
        next_cursor=following,
    )


def _check_period(start: datetime, end: datetime, recorded: datetime | None) -> None:
    checks.moment(start, "start")
    checks.moment(end, "end")
    checks.moment(recorded, "recorded")
    if end < start:
        raise errors.Invalid("The end lies before the start.", field="end")


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


async def _posted_before(
    db: find.Database,
    account: types.Account,
    partition: int,
    moment: datetime,
    recorded: datetime | None,
) -> Any:
    """The balances with everything that is effective before a moment."""
    effective = moment - clock.MICROSECOND
    return await moments.row_at(
        db, account, partition=partition, effective=effective, recorded=recorded
    )


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
