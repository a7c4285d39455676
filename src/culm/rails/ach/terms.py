"""What the fields of the rail's facts are, in words that go into their schemas."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Direction = Annotated[
    Literal["credit", "debit"],
    Meta(description="Seen from the other side: a credit pays it, a debit collects from it."),
]
TransferId = Annotated[
    str, Meta(description="The id of a transfer: `tfr_` and 16 hexadecimal digits.")
]
WindowId = Annotated[str, Meta(description="The id of a window: `win_` and 16 hexadecimal digits.")]
BatchId = Annotated[
    str, Meta(description="The id of a batch of a file: `abt_` and 16 hexadecimal digits.")
]
FileId = Annotated[str, Meta(description="The id of a file: `fil_` and 16 hexadecimal digits.")]
Purpose = Annotated[str, Meta(description="What the transfer is for, as whoever ordered it says.")]
Cents = Annotated[str, Meta(description="US cents: a whole number as text.")]
Trace = Annotated[str, Meta(description="A trace number: fifteen digits.")]
Day = Annotated[date, Meta(description="A day in Eastern Time.")]
Effective = Annotated[date, Meta(description="The effective entry date.")]
Reason = Annotated[str, Meta(description="A return reason code, R01 to R85.")]
Name = Annotated[str, Meta(description="The name of a file at the bank's place.")]


class Item(msgspec.Struct, frozen=True, gc=False):
    """One of many transfers that something happened to."""

    transfer: TransferId
    purpose: Purpose
    amount: Cents


Items = Annotated[tuple[Item, ...], Meta(description="The transfers, in the order of their ids.")]
