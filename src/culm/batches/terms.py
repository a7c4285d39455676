"""What the fields of the facts of batches are, in words that go into their schemas."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

BatchId = Annotated[str, Meta(description="The id of a batch: `bat_` and 16 hexadecimal digits.")]
Amount = Annotated[str, Meta(description="Minor units of the batch's currency, as text.")]
Count = Annotated[int, Meta(description="How many entries.")]
Reason = Annotated[str, Meta(description="The code of why it was refused.")]
Line = Annotated[
    int, Meta(description="Where the entry stands: the line of a file, or its place in the call.")
]


class Judged(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of one entry: the payment that was made of it, or why there is none."""

    line: Line
    amount: Amount
    payment: Annotated[str, Meta(description="The payment; empty where it was refused.")] = ""
    code: Annotated[str, Meta(description="Why it was refused: a stable code.")] = ""
    field: Annotated[str, Meta(description="What of the entry was at fault.")] = ""
