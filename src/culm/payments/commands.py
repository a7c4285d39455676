"""What may be asked of payments. The first group is for owners, the second for timers and for our
own reactors. Amounts are positive minor units: an integer, or its digits as a string."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from culm.ledger import commands as ledger
from culm.payments import checks, types


def _described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form; it is `checks` that refuses another."""
    return msgspec.Meta(extra_json_schema=schema)


_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"

Amount = ledger.Amount
Sum = (
    Annotated[int, msgspec.Meta(ge=0)]
    | Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9][0-9]{0,37})$")]
)
Description = Annotated[str, _described(maxLength=checks.MAX_DESCRIPTION, pattern=_PRINTABLE)]
Name = Annotated[str, _described(minLength=1, maxLength=checks.MAX_NAME, pattern=_PRINTABLE)]
BasisPoints = Annotated[int, _described(minimum=0, maximum=checks.MAX_BASIS_POINTS)]
Wallet = Annotated[str, _described(pattern="^wal_[0-7][0-9a-f]{15}$")]
Party = Annotated[str, _described(pattern="^(wal|bac)_[0-7][0-9a-f]{15}$")]

Carried = tuple[tuple[str, str], ...]
"""Payments, each with what its rail calls it."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of payments, by the tenant that the request names."""


class Split(Command, frozen=True):
    """What another wallet gets of a purchase: an amount, or hundredths of a per cent of it,
    rounded down. What is left is the payee's."""

    wallet: Wallet
    amount: Amount | None = None
    basis_points: Annotated[int, _described(minimum=1, maximum=checks.MAX_BASIS_POINTS)] | None = (
        None
    )


Splits = Annotated[tuple[Split, ...], _described(maxItems=checks.MAX_SPLITS)]


class CreatePayment(Command, frozen=True):
    """Make a payment, and confirm it at once unless `confirm` is false.

    It is priced by the fee schedule that it names, or else by the standing one of its kind and
    currency, if there is one. A purchase with `manual` capture is authorised, and captured later;
    one that is not in time `expires` (default: 7 days after it was authorised). Without `confirm`,
    that is until when it is to be confirmed (default: a day); to capture it there are then 7 days.
    An exchange names a quote, and as its amount and currency what the quote sells; it is confirmed
    at once.
    """

    kind: types.Kind
    amount: Amount
    currency: ledger.Currency
    source: Party
    destination: Party
    capture: types.Method = "automatic"
    confirm: bool = True
    expires: datetime | None = None
    fee_schedule: str | None = None
    splits: Splits = ()
    same_day: bool = False
    quote: str | None = None
    reference: ledger.Reference = ""
    description: Description = ""
    metadata: ledger.Metadata = {}


class ConfirmPayment(Command, frozen=True):
    """Let a payment that was made without it go ahead."""

    payment: str


class CapturePayment(Command, frozen=True):
    """Take what is authorised, or a part of it. With `final`, what is left is let go."""

    payment: str
    amount: Amount | None = None
    final: bool = False


class VoidPayment(Command, frozen=True):
    """Take a payment back, or what is not captured of it."""

    payment: str


class RefundPayment(Command, frozen=True):
    """Give back what was captured, or a part of it, from the payee's wallet to the payer's.

    With `from_splits`, those who got a part of the payment give back theirs in proportion. With
    `wait`, a refund that the payee cannot cover yet is tried again every day for a week.
    """

    payment: str
    amount: Amount | None = None
    reason: types.RefundReason = "requested"
    from_splits: bool = False
    wait: bool = False
    reference: ledger.Reference = ""


class OpenDispute(Command, frozen=True):
    """Contest what was captured, or a part of it: the payee's money is set aside until it is
    resolved. What the payee cannot cover is the house's risk."""

    payment: str
    reason: types.DisputeReason
    amount: Amount | None = None
    reference: ledger.Reference = ""


class ResolveDispute(Command, frozen=True):
    """End a dispute: won by the payee, or lost to the payer."""

    dispute: str
    outcome: Literal["won", "lost"]


class AcceptDispute(Command, frozen=True):
    """End a dispute because the payee gives in."""

    dispute: str


class Tier(Command, frozen=True):
    """What amounts up to `up_to` cost; without it, all that are larger."""

    up_to: Amount | None = None
    fixed: Sum = 0
    basis_points: BasisPoints = 0


Tiers = Annotated[tuple[Tier, ...], _described(minItems=1, maxItems=checks.MAX_TIERS)]


class CreateFeeSchedule(Command, frozen=True):
    """Say what payments cost in a currency. A schedule is never changed: a new one takes its
    place as the standing price of its `kinds`.

    The tier that an amount falls into sets the fee: `fixed` minor units and `basis_points`
    hundredths of a per cent. With `graduated`, each tier that it reaches counts for the slice of
    the amount within it.
    """

    name: Name
    currency: ledger.Currency
    tiers: Tiers
    graduated: bool = False
    minimum: Sum = 0
    maximum: Sum | None = None
    rounding: types.Rounding = "half_up"
    bearer: types.Bearer = "payer"
    refunds: types.FeeRefunds = "kept"
    kinds: tuple[types.Kind, ...] = ()


class RetireFeeSchedule(Command, frozen=True):
    """Price no payment by this schedule any more."""

    schedule: str


class ExpirePayment(Command, frozen=True):
    """End a payment whose time has come. One that is not due, or has ended, is left alone."""

    payment: str


class TryRefund(Command, frozen=True):
    """Try once more to give back what the payee could not cover."""

    refund: str


class NoteSettled(Command, frozen=True):
    """The rail says that these have settled."""

    transfers: Carried


class NoteRefused(Command, frozen=True):
    """The bank refused these, or sent them back before they settled, for a reason."""

    transfers: Carried
    reason: str


class NoteDoubted(Command, frozen=True):
    """It is not known whether the bank has these."""

    transfers: Carried


class NoteReturned(Command, frozen=True):
    """A payment that had settled was sent back. `shortfall` is what the wallet could not cover,
    `unclaimed` what it could not take back."""

    payment: str
    transfer: str
    reason: str
    shortfall: str = "0"
    unclaimed: str = "0"


class NoteReversal(Command, frozen=True):
    """Something became of the reversal of a payment: it has settled, or came back. What it is now
    is the rail's to say."""

    payment: str
    reversal: str


class Noted(msgspec.Struct, frozen=True):
    """How many payments the news changed. Others had gone on already, or are nobody's."""

    changed: int
