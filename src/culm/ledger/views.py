"""The ledger's public shapes: what commands answer, what reads return, what the API shows.
Amounts are decimal texts of minor units, so that no reader loses digits."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from culm.facts.projections.types import Lag
from culm.kernel import money, pages
from culm.ledger import events, types


class Account(msgspec.Struct, frozen=True):
    """An account as its owner sees it."""

    id: str
    code: str
    currency: str
    side: types.Side
    minimum: money.Minor | None
    maximum: money.Minor | None
    freeze: types.Freeze
    closed: bool
    metadata: dict[str, str]
    opened: datetime


class Posting(msgspec.Struct, frozen=True):
    """One line of a booked transaction; the amount is positive."""

    account: str
    side: types.Side
    amount: money.Minor
    currency: str


class Transaction(msgspec.Struct, frozen=True):
    """A booked transaction. `reverses` is the transaction it reverses, `hold` what it captured."""

    id: str
    kind: str
    postings: tuple[Posting, ...]
    reference: str
    effective: datetime
    recorded: datetime
    metadata: dict[str, str]
    reverses: str | None
    hold: str | None


class Hold(msgspec.Struct, frozen=True):
    """A hold; `remaining` may still be captured."""

    id: str
    debit: str
    credit: str
    currency: str
    amount: money.Minor
    captured: money.Minor
    released: money.Minor
    remaining: money.Minor
    state: types.HoldState
    expires: datetime | None
    reference: str
    metadata: dict[str, str]
    placed: datetime


def account(row: types.Account) -> Account:
    """The public shape of an account."""
    return Account(
        id=row.id,
        code=row.code,
        currency=row.currency,
        side=row.side,
        minimum=None if row.minimum is None else str(row.minimum),
        maximum=None if row.maximum is None else str(row.maximum),
        freeze=row.freeze,
        closed=row.closed,
        metadata=row.metadata,
        opened=row.opened,
    )


def posting(line: tuple[str, str, str]) -> Posting:
    """The public shape of one line of an event."""
    account_id, amount, currency = line
    if amount[0] == "-":
        return Posting(account_id, "credit", amount[1:], currency)
    return Posting(account_id, "debit", amount, currency)


def transaction(event: events.TransactionPosted, recorded: datetime) -> Transaction:
    """The public shape of a transaction, from its event."""
    return Transaction(
        id=event.id,
        kind=event.kind,
        postings=tuple([posting(line) for line in event.postings if line[1] != "0"]),
        reference=event.reference,
        effective=event.effective or recorded,
        recorded=recorded,
        metadata=event.metadata,
        reverses=event.reverses,
        hold=event.capture.hold if event.capture else None,
    )


def hold(row: types.Hold, currency: str) -> Hold:
    """The public shape of a hold."""
    return Hold(
        id=row.id,
        debit=row.debit,
        credit=row.credit,
        currency=currency,
        amount=str(row.amount),
        captured=str(row.captured),
        released=str(row.released),
        remaining=str(row.remaining),
        state=row.state,
        expires=row.expires,
        reference=row.reference,
        metadata=row.metadata,
        placed=row.placed,
    )


Page = pages.Page


class Balance(msgspec.Struct, frozen=True):
    """An account's balance, in its normal sense, at an effective and a recorded moment.

    `effective` is None when everything recorded counts. `recorded` is the last moment that the
    answer knows of: asking again with it gives the same answer for ever. `version` is the newest
    entry recorded by then.
    """

    account: str
    currency: str
    posted: money.Minor
    held_in: money.Minor
    held_out: money.Minor
    available: money.Minor
    version: int
    effective: datetime | None
    recorded: datetime


class Entry(msgspec.Struct, frozen=True):
    """One entry of an account: what an event did to it, and the balances after it.

    `event` is the event's position in the log, `transaction` its id when it booked one (else it
    changed what is held). `amount` is the change of `posted`, in the account's normal sense.
    """

    version: int
    event: int
    transaction: str | None
    amount: money.Minor
    posted: money.Minor
    held_in: money.Minor
    held_out: money.Minor
    available: money.Minor
    effective: datetime
    recorded: datetime


class StatementLine(msgspec.Struct, frozen=True):
    """One booked entry of a statement: what it changed, in the account's normal sense, and the
    balance after it in the order of the statement."""

    version: int
    transaction: str
    kind: str
    reference: str
    amount: money.Minor
    balance: money.Minor
    effective: datetime
    recorded: datetime


class ActivityDay(msgspec.Struct, frozen=True):
    """What was booked on an account on one UTC day of effective time: the number of postings, and
    what they come to on either side."""

    day: date
    postings: int
    debit: money.Minor
    credit: money.Minor


class Activity(msgspec.Struct, frozen=True):
    """The days on which anything was booked on an account, a page of them. They are read from a
    projection: `lag` says how much of what was booked may not be in it yet."""

    account: str
    code: str
    currency: str
    days: tuple[ActivityDay, ...]
    lag: Lag
    next_cursor: str | None


class Statement(msgspec.Struct, frozen=True):
    """An account's entries with an effective time from `start` to just before `end`, a page of
    them, as known at `recorded`: `opening` + all lines of all pages = `closing`."""

    account: str
    code: str
    currency: str
    start: datetime
    end: datetime
    recorded: datetime
    opening: money.Minor
    closing: money.Minor
    lines: tuple[StatementLine, ...]
    next_cursor: str | None


class TrialLine(msgspec.Struct, frozen=True):
    """An account's balance in the column of the side that it is on; the other one is zero."""

    account: str
    code: str
    debit: money.Minor
    credit: money.Minor


class TrialCurrency(msgspec.Struct, frozen=True):
    """Every account in one currency, and the columns' totals, which are equal."""

    currency: str
    debit: money.Minor
    credit: money.Minor
    accounts: tuple[TrialLine, ...]


class TrialBalance(msgspec.Struct, frozen=True):
    """Every account of a tenant, by currency; the moments are those of `Balance`."""

    effective: datetime | None
    recorded: datetime
    currencies: tuple[TrialCurrency, ...]
