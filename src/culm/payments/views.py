"""The public shapes of payments: what commands answer, what reads return, what the API shows.
Amounts are decimal texts of minor units, so that no reader loses digits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from culm.bank_accounts import views as bank_accounts
from culm.kernel import money
from culm.payments import types
from culm.wallets import views as wallets


class PaymentFee(msgspec.Struct, frozen=True):
    """What a payment costs: the fee that was expected when it was made, what was taken of it and
    what was given back."""

    schedule: str
    bearer: types.Bearer
    refunds: types.FeeRefunds
    amount: money.Minor
    taken: money.Minor
    refunded: money.Minor


class PaymentSplit(msgspec.Struct, frozen=True):
    """What another wallet gets of a payment, how much of it it has got, and given back."""

    wallet: str
    amount: money.Minor
    captured: money.Minor
    refunded: money.Minor


class PaymentExchange(msgspec.Struct, frozen=True):
    """What an exchange buys with its amount, and the quote that says so."""

    quote: str
    amount: money.Minor
    currency: str


class Payment(msgspec.Struct, frozen=True):
    """A payment. captured <= authorised <= amount; refunded + disputed + returned <= captured.

    `failure` says why it failed or was returned: the code of a rejection, or of the bank.
    """

    id: str
    kind: types.Kind
    state: types.State
    amount: money.Minor
    currency: str
    source: str
    destination: str
    capture: types.Method
    authorised: money.Minor
    captured: money.Minor
    refunded: money.Minor
    disputed: money.Minor
    returned: money.Minor
    fee: PaymentFee | None
    splits: tuple[PaymentSplit, ...]
    exchange: PaymentExchange | None
    transfer: str | None
    same_day: bool
    expires: datetime | None
    confirmed: datetime | None
    failure: str | None
    reference: str
    description: str
    metadata: dict[str, str]
    created: datetime
    updated: datetime


class PaymentParty(msgspec.Struct, frozen=True):
    """Who is on one side of a payment: a wallet, or a bank account outside."""

    id: str
    wallet: wallets.Wallet | None
    bank_account: bank_accounts.BankAccountInBrief | None


class Refund(msgspec.Struct, frozen=True):
    """What goes back of a payment. A pending one is tried again."""

    id: str
    payment: str
    state: types.RefundState
    amount: money.Minor
    currency: str
    fee: money.Minor
    reason: types.RefundReason
    reference: str
    created: datetime
    updated: datetime


class Dispute(msgspec.Struct, frozen=True):
    """What is contested of a payment; `held` is what could be taken from the payee for it."""

    id: str
    payment: str
    state: types.DisputeState
    amount: money.Minor
    held: money.Minor
    currency: str
    reason: types.DisputeReason
    reference: str
    created: datetime
    updated: datetime


class FeeTier(msgspec.Struct, frozen=True):
    """What amounts up to `up_to` cost; null is without end."""

    up_to: money.Minor | None
    fixed: money.Minor
    basis_points: int


class FeeSchedule(msgspec.Struct, frozen=True):
    """What payments cost in a currency, and what it is the standing price of."""

    id: str
    name: str
    currency: str
    tiers: tuple[FeeTier, ...]
    graduated: bool
    minimum: money.Minor
    maximum: money.Minor | None
    rounding: types.Rounding
    bearer: types.Bearer
    refunds: types.FeeRefunds
    kinds: tuple[types.Kind, ...]
    retired: bool
    created: datetime


def payment(row: types.Payment) -> Payment:
    """The public shape of a payment."""
    return Payment(
        id=row.id,
        kind=row.kind,
        state=row.state,
        amount=str(row.amount),
        currency=row.currency,
        source=row.source,
        destination=row.destination,
        capture=row.method,
        authorised=str(row.authorised),
        captured=str(row.captured),
        refunded=str(row.refunded),
        disputed=str(row.disputed),
        returned=str(row.returned),
        fee=None if row.fee is None else _fee(row.fee),
        splits=tuple([_split(part) for part in row.parts]),
        exchange=None if row.exchange is None else _exchange(row.exchange),
        transfer=row.transfer or None,
        same_day=row.same_day,
        expires=row.expires,
        confirmed=row.confirmed,
        failure=row.failure or None,
        reference=row.reference,
        description=row.description,
        metadata=row.metadata,
        created=row.created,
        updated=row.updated,
    )


def _exchange(exchange: types.Exchange) -> PaymentExchange:
    return PaymentExchange(exchange.quote, str(exchange.amount), exchange.currency)


def _fee(fee: types.Fee) -> PaymentFee:
    return PaymentFee(
        fee.schedule,
        fee.bearer,
        fee.refunds,
        str(fee.amount),
        str(fee.taken),
        str(fee.refunded),
    )


def _split(part: types.Part) -> PaymentSplit:
    return PaymentSplit(part.wallet, str(part.amount), str(part.captured), str(part.refunded))


def refund(row: types.Refund) -> Refund:
    """The public shape of a refund."""
    return Refund(**_shown(Refund, row, amount=str(row.amount), fee=str(row.fee)))


def dispute(row: types.Dispute) -> Dispute:
    """The public shape of a dispute."""
    return Dispute(**_shown(Dispute, row, amount=str(row.amount), held=str(row.held)))


def fee_schedule(row: types.FeeSchedule) -> FeeSchedule:
    """The public shape of a fee schedule."""
    tiers = tuple(
        FeeTier(None if tier.up_to is None else str(tier.up_to), str(tier.fixed), tier.basis_points)
        for tier in row.tiers
    )
    maximum = None if row.maximum is None else str(row.maximum)
    shown = _shown(FeeSchedule, row, tiers=tiers, minimum=str(row.minimum), maximum=maximum)
    return FeeSchedule(**shown)


def _shown(view: type[msgspec.Struct], row: msgspec.Struct, **otherwise: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in view.__struct_fields__} | otherwise
