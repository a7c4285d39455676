"""What the fields of the facts of payments are, in words that go into their schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from culm.payments import types

PaymentId = Annotated[
    str, Meta(description="The id of a payment: `pay_` and 16 hexadecimal digits.")
]
RefundId = Annotated[str, Meta(description="The id of a refund: `ref_` and 16 hexadecimal digits.")]
DisputeId = Annotated[
    str, Meta(description="The id of a dispute: `dis_` and 16 hexadecimal digits.")
]
ScheduleId = Annotated[
    str, Meta(description="The id of a fee schedule: `fee_` and 16 hexadecimal digits.")
]
Kind = Annotated[types.Kind, Meta(description="What kind of payment it is.")]
Amount = Annotated[
    str, Meta(description="Minor units of the currency: a whole number, more than zero, as text.")
]
Share = Annotated[str, Meta(description="Minor units of the currency, as text; may be zero.")]
Currency = Annotated[
    str, Meta(description="A currency of ISO 4217, or the code of an asset of the tenant's.")
]
Party = Annotated[
    str, Meta(description="A wallet (`wal_...`) or a bank account outside (`bac_...`).")
]
Customer = Annotated[str, Meta(description="The customer whose wallet or bank account it is.")]
Account = Annotated[
    str, Meta(description="The account of the ledger that the money is on; empty outside of it.")
]
Hold = Annotated[str, Meta(description="The hold of the ledger that keeps it ready.")]
Transfer = Annotated[str, Meta(description="The id by which the rail knows it.")]
Reference = Annotated[str, Meta(description="What the caller calls it; empty for nothing.")]
Description = Annotated[str, Meta(description="What it is for, in words for people.")]
Metadata = Annotated[
    dict[str, str], Meta(description="What the caller has noted with it: texts by name.")
]
Reason = Annotated[
    str,
    Meta(description="Why: the code of a rejection, or the return code of the bank, as in `R01`."),
]
Moment = Annotated[datetime, Meta(tz=True, description="A moment, in UTC.")]


class Fee(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a payment is expected to cost."""

    schedule: ScheduleId
    amount: Amount
    bearer: Annotated[types.Bearer, Meta(description="Who bears it.")] = "payer"
    refunds: Annotated[
        types.FeeRefunds, Meta(description="What becomes of it when the payment is refunded.")
    ] = "kept"


class Exchange(msgspec.Struct, frozen=True):
    """What is bought with the amount of a payment."""

    quote: Annotated[str, Meta(description="The quote that promised it: `quo_...`.")]
    amount: Annotated[str, Meta(description="Minor units of the currency that is bought.")]
    currency: Annotated[str, Meta(description="The currency that is bought.")]


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody beside the payee gets of a payment."""

    wallet: Annotated[str, Meta(description="The wallet that gets it: `wal_...`.")]
    account: Account
    amount: Amount
    customer: Customer = ""


class Tier(msgspec.Struct, frozen=True, omit_defaults=True):
    """What amounts up to `up_to` cost; without it, all that are larger."""

    up_to: Amount | None = None
    fixed: Share = "0"
    basis_points: Annotated[int, Meta(description="Hundredths of a per cent.")] = 0
