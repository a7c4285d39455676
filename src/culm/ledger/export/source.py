"""What every export is made of: a tenant's books in one snapshot, a few thousand rows at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

from culm.book import stream
from culm.kernel import ids, money
from culm.ledger import events, types
from culm.ledger.reads import booked, find, moments
from culm.ledger.reads import snapshot as snapshot_


class Line(NamedTuple):
    """One posting of a transaction. `amount` is in minor units, debits positive; `scale` is the
    number of digits that the currency has after the point."""

    transaction_id: str
    position: int
    account_id: str
    version: int
    account: str
    currency: str
    scale: int
    amount: int
    kind: str
    reference: str
    reverses: str | None
    hold: str | None
    effective: datetime
    recorded: datetime


class Account(NamedTuple):
    """An account, and a time from which on anything may be booked on it."""

    id: str
    code: str
    currency: str
    since: datetime


class Balance(NamedTuple):
    """What is posted on an account, debits positive."""

    code: str
    currency: str
    scale: int
    amount: int


class Source:
    """A tenant's books as effective by one moment (None: whenever) and recorded by another."""

    def __init__(
        self,
        connection: stream.Connection,
        *,
        partition: int,
        tenant: types.Tenant,
        effective: datetime | None,
        recorded: datetime,
        scales: dict[str, int],
    ) -> None:
        self.tenant = tenant
        self.effective = effective
        self.recorded = recorded
        self.scales = scales
        self._connection = connection
        self._partition = partition

    async def lines(self) -> AsyncIterator[list[Line]]:
        """Every posting in the order of the log, in batches of whole transactions."""
        rows: list[Any] = []
        query = self._stream("export_lines", self.effective, self.recorded)
        while batch := await query.batch():
            rows += batch
            whole = _start_of_last(rows)
            if whole:
                yield await self._lines(rows[:whole])
            rows = rows[whole:]
        if rows:
            yield await self._lines(rows)

    async def accounts(self) -> AsyncIterator[Account]:
        """Every account that was open, by code."""
        query = self._stream("export_accounts", self.recorded)
        while batch := await query.batch():
            for row in batch:
                account_id = ids.from_number("acc", row["id"])
                yield Account(account_id, row["code"], row["currency"], row["since"])

    async def balances(self) -> AsyncIterator[Balance]:
        """Every account's balance; a parent comes right before what is below it."""
        query = self._stream("balances", None, self.effective, self.recorded)
        while batch := await query.batch():
            for row in batch:
                currency = row["currency"]
                amount = moments.signed_balance(row)
                yield Balance(row["code"], currency, self.scales[currency], amount)

    async def _lines(self, rows: Sequence[Any]) -> list[Line]:
        bookings = await booked.bookings(
            self._connection,
            partition=self._partition,
            positions={row["event"] for row in rows},
        )
        return [self._line(row, bookings[row["event"]]) for row in rows]

    def _line(self, row: Any, booking: events.TransactionPosted) -> Line:
        return Line(
            transaction_id=booking.id,
            position=row["event"],
            account_id=ids.from_number("acc", row["account"]),
            version=row["version"],
            account=row["code"],
            currency=row["currency"],
            scale=self.scales[row["currency"]],
            amount=int(row["amount"]),
            kind=booking.kind,
            reference=booking.reference,
            reverses=booking.reverses,
            hold=booking.capture.hold if booking.capture else None,
            effective=row["effective"],
            recorded=row["recorded"],
        )

    def _stream(self, query: str, *arguments: Any) -> stream.Stream:
        return stream.Stream(
            self._connection, find.QUERIES[query], self._partition, self.tenant.id, *arguments
        )


@asynccontextmanager
async def open_source(
    db: snapshot_.Database,
    *,
    partition: int,
    tenant: str,
    effective: datetime | None,
    recorded: datetime | None,
) -> AsyncIterator[Source]:
    """A tenant's books in a snapshot that lasts as long as the block.

    Raises `TenantNotFound` and `TimeInvalid`.
    """
    find.check_moments(effective, recorded)
    async with snapshot_.snapshot(db) as connection:
        found = await find.tenant(connection, partition=partition, tenant=tenant)
        known = await moments.known(connection, partition, recorded)
        currencies = await connection.fetch(find.QUERIES["currencies"], partition, tenant, known)
        yield Source(
            connection,
            partition=partition,
            tenant=found,
            effective=effective,
            recorded=known,
            scales={row["currency"]: _scale(row) for row in currencies},
        )


def decimal_text(amount: int, scale: int) -> str:
    """Minor units as a decimal number, without grouping: -5 at scale 2 is `-0.05`."""
    digits = str(abs(amount)).rjust(scale + 1, "0")
    whole, fraction = digits[: len(digits) - scale], digits[len(digits) - scale :]
    return f"{'-' if amount < 0 else ''}{whole}{'.' if scale else ''}{fraction}"


def _scale(row: Any) -> int:
    scale: int | None = row["scale"]
    return money.ISO_SCALES[row["currency"]] if scale is None else scale


def _start_of_last(rows: Sequence[Any]) -> int:
    """Where the rows of the last event begin: there may be more of them in the next batch."""
    at = len(rows)
    while at and rows[at - 1]["event"] == rows[-1]["event"]:
        at -= 1
    return at
