"""Bodies of requests about batches. Who is paid is in clear here, and goes no further than to its
sealing."""

from __future__ import annotations

from typing import Annotated

import msgspec

from culm.batches import commands, types
from culm.batches.parsing import call
from culm.ledger import commands as ledger


class Said(commands.Command, frozen=True):
    """What is said of a batch beside its entries. With `mode` `all`, one that is refused refuses
    them all. The same content is not taken twice, unless `again` says that this is meant."""

    source: str
    currency: ledger.Currency = "USD"
    mode: types.Mode = "each"
    same_day: bool = False
    reference: ledger.Reference = ""
    again: bool = False


class NewBatch(Said, frozen=True, kw_only=True):
    """Payouts from a wallet, by one call."""

    entries: Annotated[
        tuple[call.NewEntry, ...],
        msgspec.Meta(extra_json_schema={"minItems": 1, "maxItems": call.MAX_ENTRIES}),
    ]


class NewFile(Said, frozen=True, kw_only=True):
    """Payouts from a wallet, by a file, as the key of its request remembers it."""

    format: types.Format
    sha256: str
