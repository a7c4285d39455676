"""What the fields of the facts of recurring payments are, in words that go into their schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from culm.recurring import types

ScheduleId = Annotated[
    str, Meta(description="The id of a schedule: `sch_` and 16 hexadecimal digits.")
]
RunId = Annotated[str, Meta(description="The id of a run: `run_` and 16 hexadecimal digits.")]
MandateId = Annotated[
    str, Meta(description="The id of a mandate: `man_` and 16 hexadecimal digits.")
]
Moment = Annotated[datetime, Meta(tz=True, description="A moment in the tenant's time, UTC.")]
PaymentId = Annotated[str, Meta(description="The payment that was made: `pay_...`.")]
Amount = Annotated[
    str, Meta(description="Minor units of the currency: a whole number, more than zero, as text.")
]
Currency = Annotated[str, Meta(description="The currency of what is paid.")]
Code = Annotated[str, Meta(description="Why the payment was refused: the code of a rejection.")]
Occurrence = Annotated[
    datetime, Meta(tz=True, description="When it was to be paid by the plan, in UTC.")
]
Next = Annotated[
    datetime, Meta(tz=True, description="The occurrence that comes next by the plan, in UTC.")
]
Due = Annotated[
    datetime,
    Meta(tz=True, description="When the next run is made: on a banking day, where that was asked."),
]
Begun = Annotated[datetime, Meta(tz=True, description="When the run was made, in UTC.")]
Again = Annotated[datetime, Meta(tz=True, description="When it is tried once more, in UTC.")]


class Template(msgspec.Struct, frozen=True, omit_defaults=True):
    """What each run pays."""

    kind: Annotated[types.Kind, Meta(description="What kind of payment it is.")]
    amount: Amount
    currency: Currency
    source: Annotated[str, Meta(description="Who pays: `wal_...` or `bac_...`.")]
    destination: Annotated[str, Meta(description="Who is paid: `wal_...` or `bac_...`.")]
    same_day: Annotated[bool, Meta(description="Whether a bank carries it the same day.")] = False
    fee_schedule: (
        Annotated[str, Meta(description="The fee schedule, where one was named.")] | None
    ) = None
    reference: Annotated[str, Meta(description="What the caller calls each payment.")] = ""
    description: Annotated[str, Meta(description="What it is for, in words for people.")] = ""
    metadata: Annotated[
        dict[str, str], Meta(description="What the caller has noted with each payment.")
    ] = {}
    mandate: (
        Annotated[str, Meta(description="The mandate by which it is collected: `man_...`.")] | None
    ) = None
