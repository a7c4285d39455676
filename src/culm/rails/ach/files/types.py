"""The state of batches and files. Amounts are US cents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from culm.rails.ach.odfi import types as odfi
from culm.rails.ach.transfers import types as transfers

BatchState = Literal["cut", "settled", "rejected"]
FileState = Literal["cut", "sending", "sent", "unknown", "accepted", "rejected"]

FILE: Final = "fil"

MAX_ENTRIES: Final = 1_000
"""Of a batch: what is decided, and told, at once."""

MAX_TOTAL: Final = 999_999_999_999
"""Twelve digits of cents: the totals of a batch, and of a file."""


MAX_LOST: Final = 1_000
"""Transfers that are left out of a file at once, since their payees cannot be read any more."""


class Batch(msgspec.Struct, frozen=True):
    """Transfers that are one batch of a file. `first` is the number of its first trace; the others
    follow it in the order of their ids. Of its `entries`, so many are `left_out` before it is
    written."""

    id: str
    number: int
    tenant: str
    window: str
    sec: transfers.Sec
    direction: transfers.Direction
    description: str
    first: int
    entries: int
    amount: int
    state: BatchState = "cut"
    file: str = ""
    ordinal: int = 0
    left_out: int = 0


class File(msgspec.Struct, frozen=True):
    """A file for the bank.

    What it holds is a function of its batches, of `terms` and of `created`. `part` is the name
    under which it was put at the bank's place before it was made to count.
    """

    id: str
    number: int
    tenant: str
    window: str
    name: str
    sandbox: bool
    created: datetime
    modifier: str
    effective: date
    settles: datetime
    terms: odfi.AchTerms
    batches: tuple[str, ...]
    entries: int
    debit: int
    credit: int
    state: FileState = "cut"
    sha256: str = ""
    size: int = 0
    part: str = ""
    refused: tuple[int, ...] = ()
    code: str = ""
    reason: str = ""


class Counter(msgspec.Struct, frozen=True):
    """The last trace number of a tenant, and how many files were made on its last day of any."""

    tenant: str
    sequence: int = 0
    day: date = date.min
    files: int = 0


class Count(msgspec.Struct, frozen=True):
    """Files in one state, of tenants of the sandbox or of live ones, and when the `oldest` of them
    was made."""

    state: FileState
    sandbox: bool
    files: int
    oldest: datetime
