"""The public shapes of wallets: what commands answer, what reads return, what the API shows.
Amounts are decimal texts of minor units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from culm.kernel import money
from culm.wallets import types


class WalletBalance(msgspec.Struct, frozen=True):
    """What a wallet has in one currency: `posted` is what is booked, `held` what of it is promised
    to somebody else, `available` what may be spent, `pending` what is on its way in.

    `account` is the code of its account in the ledger, opened when money first moves.
    """

    currency: str
    available: money.Minor
    held: money.Minor
    pending: money.Minor
    posted: money.Minor
    account: str


class Wallet(msgspec.Struct, frozen=True):
    """A wallet as its tenant sees it. `freeze` and `reason` say how and why it is frozen."""

    id: str
    customer: str
    name: str
    state: types.State
    freeze: types.Freeze
    reason: types.Reason | None
    balances: tuple[WalletBalance, ...]
    metadata: dict[str, str]
    created: datetime


class WalletLimits(msgspec.Struct, frozen=True):
    """What wallets of a tier may do in a currency and direction; what is null has no bound."""

    tier: str
    currency: str
    direction: types.Direction
    per_payment: money.Minor | None
    day_sum: money.Minor | None
    day_count: int | None
    month_sum: money.Minor | None
    month_count: int | None


class LimitUse(msgspec.Struct, frozen=True):
    """What a wallet has used in a currency and direction on a day and in its month, in UTC, and
    what its limits are."""

    currency: str
    direction: types.Direction
    day: date
    day_sum: money.Minor
    day_count: int
    month_sum: money.Minor
    month_count: int
    limits: WalletLimits


class LimitUses(msgspec.Struct, frozen=True):
    """Where a wallet stands with the limits of its tier, now."""

    wallet: str
    tier: str
    uses: tuple[LimitUse, ...]


class Counterparty(msgspec.Struct, frozen=True):
    """The other side of a transaction, where that is a wallet too."""

    wallet: str
    customer: str
    name: str


class WalletTransaction(msgspec.Struct, frozen=True):
    """One line of a wallet's history: what it was, with whom, how much, and what was there after
    it. `amount` is negative where money went out. A transaction that moved a wallet twice, a
    payment and its fee, has two lines; `entry` tells them apart within a currency.

    `effective` is when it counts in the world, `recorded` when it was booked.
    """

    id: str
    entry: int
    kind: str
    title: str
    description: str
    currency: str
    amount: money.Minor
    balance: money.Minor
    counterparty: Counterparty | None
    payment: str | None
    reference: str
    effective: datetime
    recorded: datetime


class WalletHold(msgspec.Struct, frozen=True):
    """What is held in a wallet, or on its way to it: what remains of a payment that has begun."""

    id: str
    direction: types.Direction
    title: str
    description: str
    currency: str
    amount: money.Minor
    counterparty: Counterparty | None
    payment: str | None
    expires: datetime | None
    placed: datetime


class WalletStatement(msgspec.Struct, frozen=True):
    """What happened in a wallet in one currency from a day to another, both included, in UTC, a
    page of it, as known at `recorded`: `opening` + all lines of all pages = `closing`. `available`
    is what of that could be spent."""

    wallet: str
    customer: str
    currency: str
    account: str
    first_day: date
    last_day: date
    recorded: datetime
    opening: money.Minor
    closing: money.Minor
    available: money.Minor
    lines: tuple[WalletTransaction, ...]
    next_cursor: str | None


def balance(
    wallet: types.Wallet, currency: str, posted: int, held_in: int, held_out: int
) -> WalletBalance:
    """The public shape of what a wallet has in a currency."""
    return WalletBalance(
        currency=currency,
        available=str(posted - held_out),
        held=str(held_out),
        pending=str(held_in),
        posted=str(posted),
        account=types.code(wallet.id, currency),
    )


def wallet(row: types.Wallet, balances: Sequence[WalletBalance]) -> Wallet:
    """The public shape of a wallet."""
    return Wallet(
        id=row.id,
        customer=row.customer,
        name=row.name,
        state=row.state,
        freeze=row.freeze,
        reason=row.reason,
        balances=tuple(balances),
        metadata=row.metadata,
        created=row.created,
    )


def limits(row: types.Limits) -> WalletLimits:
    """The public shape of limits."""
    return WalletLimits(
        tier=row.tier,
        currency=row.currency,
        direction=row.direction,
        per_payment=_text(row.per_payment),
        day_sum=_text(row.day_sum),
        day_count=row.day_count,
        month_sum=_text(row.month_sum),
        month_count=row.month_count,
    )


def use(row: types.Use, limits_: types.Limits) -> LimitUse:
    """The public shape of what is used, beside its limits."""
    return LimitUse(
        currency=row.currency,
        direction=row.direction,
        day=row.day,
        day_sum=str(row.day_sum),
        day_count=row.day_count,
        month_sum=str(row.month_sum),
        month_count=row.month_count,
        limits=limits(limits_),
    )


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
