"""The state of payments: the payments themselves, what was given back of them, what is contested,
and what they cost. Amounts are integers of minor units of the payment's currency."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

PREFIX: Final = "pay"
"""Of the ids of payments."""
REFUND: Final = "ref"
DISPUTE: Final = "dis"
FEE_SCHEDULE: Final = "fee"

Kind = Literal["transfer", "purchase", "top_up", "withdrawal", "payout", "exchange"]
State = Literal[
    "created",
    "authorised",
    "processing",
    "unknown",
    "captured",
    "failed",
    "voided",
    "expired",
    "returned",
]
Method = Literal["automatic", "manual"]
"""When what is authorised is captured: at once, or when the payee asks for it."""
Bearer = Literal["payer", "payee"]
"""Who bears a fee: it is added to what the payer pays, or taken from what the payee gets."""
FeeRefunds = Literal["kept", "proportional"]
"""What becomes of a fee when the payment is refunded."""
Rounding = Literal["half_up", "half_even", "up", "down"]
RefundState = Literal["pending", "succeeded", "failed"]
DisputeState = Literal["open", "won", "lost", "accepted"]
DisputeReason = Literal[
    "unauthorised", "not_received", "not_as_described", "duplicate", "amount_differs", "other"
]
"""Why a payment is contested. No free text: it would be about somebody."""
RefundReason = Literal["requested", "duplicate", "fraudulent", "other"]


class Part(msgspec.Struct, frozen=True, gc=False):
    """What somebody beside the payee gets of a payment: how much, and how much of that so far.

    `account` is the wallet's account in the ledger.
    """

    wallet: str
    account: str
    amount: int
    captured: int = 0
    refunded: int = 0


class Fee(msgspec.Struct, frozen=True, gc=False):
    """What a payment costs: the fee that was expected when it was made, how much of it has been
    taken and how much given back. Who bears it and what a refund does to it are the schedule's."""

    schedule: str
    bearer: Bearer
    refunds: FeeRefunds
    amount: int
    taken: int = 0
    refunded: int = 0


class Exchange(msgspec.Struct, frozen=True, gc=False):
    """What an exchange buys, in minor units of another currency, and the quote that says so."""

    quote: str
    amount: int
    currency: str


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment, from its creation to its last refund.

    captured <= authorised <= amount; refunded + disputed + returned <= captured. `disputed` counts
    disputes that are open or lost. `hold` and `fee_hold` are the ledger's holds of one that is
    authorised, `transfer` what the rail calls one that it carries.
    """

    id: str
    number: int
    tenant: str
    kind: Kind
    state: State
    amount: int
    currency: str
    source: str
    destination: str
    source_account: str = ""
    destination_account: str = ""
    method: Method = "automatic"
    authorised: int = 0
    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    returned: int = 0
    fee: Fee | None = None
    parts: tuple[Part, ...] = ()
    hold: str = ""
    fee_hold: str = ""
    transfer: str = ""
    same_day: bool = False
    expires: datetime | None = None
    confirmed: datetime | None = None
    failure: str = ""
    reference: str = ""
    description: str = ""
    metadata: dict[str, str] = {}
    exchange: Exchange | None = None
    created: datetime
    updated: datetime

    @property
    def uncaptured(self) -> int:
        """What is authorised and not captured yet."""
        return self.authorised - self.captured

    @property
    def refundable(self) -> int:
        """What may still be given back or contested."""
        return self.captured - self.refunded - self.disputed - self.returned


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """What was given back of a payment. `fee` is what of the payment's fee went back with it, and
    `parts` what each other receiver gave, in the order of the payment's parts."""

    id: str
    number: int
    tenant: str
    payment: str
    state: RefundState
    amount: int
    currency: str
    fee: int = 0
    parts: tuple[int, ...] = ()
    reason: RefundReason = "requested"
    tries: int = 0
    reference: str = ""
    created: datetime
    updated: datetime


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """What is contested of a payment. `held` was taken from the payee when it was opened; what
    the payee could not cover is the house's risk."""

    id: str
    number: int
    tenant: str
    payment: str
    state: DisputeState
    amount: int
    held: int
    currency: str
    reason: DisputeReason
    reference: str = ""
    created: datetime
    updated: datetime


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What amounts up to `up_to` cost (None: all that are larger): an amount in minor units, and
    hundredths of a per cent. In events and at the API, minor units are decimal texts."""

    up_to: int | None = None
    fixed: int = 0
    basis_points: int = 0


class FeeSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """What payments of some kinds cost in a currency.

    The tier that an amount falls into sets its fee; with `graduated`, each tier that it reaches
    counts for the slice of the amount within it. `kinds` are those that it is the standing price
    of: others use it only where a payment names it.
    """

    id: str
    number: int
    tenant: str
    name: str
    currency: str
    tiers: tuple[Tier, ...]
    graduated: bool
    minimum: int
    maximum: int | None
    rounding: Rounding
    bearer: Bearer
    refunds: FeeRefunds
    kinds: tuple[Kind, ...]
    retired: bool
    created: datetime
