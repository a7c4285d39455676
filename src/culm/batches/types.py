"""The state of batches. Amounts are integers of minor units of the batch's currency."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

PREFIX: Final = "bat"
"""Of the ids of batches."""

State = Literal["received", "processing", "processed", "refused"]
Format = Literal["json", "csv", "nacha"]
Mode = Literal["each", "all"]
"""Whether each entry is judged on its own, or one that is refused refuses them all."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Many payouts from one wallet.

    What came in is kept sealed under `content`, with the key of the payer's `subject`, until every
    entry was judged. It is judged in `parts`, which may come in any order; `taken` counts them.
    """

    id: str
    number: int
    tenant: str
    state: State
    source: str
    currency: str
    format: Format
    mode: Mode
    same_day: bool
    reference: str
    subject: str
    content: str
    sha256: str
    parts: int = 0
    taken: int = 0
    accepted: int = 0
    refused: int = 0
    accepted_amount: int = 0
    refused_amount: int = 0
    reason: str = ""
    line: int = 0
    created: datetime
    updated: datetime
