"""What may be asked about transfers that were sent. Those who ask are the inbox, and people."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from culm.rails.ach import commands
from culm.rails.ach.transfers import types

DishonourCode = Literal["R61", "R62", "R67", "R68", "R69", "R70"]
"""Why a return is not accepted (Nacha Operating Rules, Appendix Four)."""

Wrong = Literal[
    "account",
    "trace",
    "amount",
    "identification",
    "transaction_code",
    "company",
    "effective_date",
]
"""What a return can have copied wrongly from the entry that it gives back (Appendix Four, R69)."""

MAX_ITEMS: Final = 200
"""Of what comes back, taken in at once."""


class Returned(msgspec.Struct, frozen=True):
    """An entry that came back, by the trace number that it went out with.

    `direction` is that of what came back. The return settled on `returned_on`, and is
    `return_trace` for the other bank. A contested dishonour names the trace number of our
    `dishonour`.
    """

    trace: str
    amount: int
    direction: types.Direction
    reason: str
    returned_on: date
    return_trace: str
    dishonour: str = ""


class TakeReturns(commands.Command, frozen=True):
    """Take in entries that came back."""

    returns: Annotated[
        tuple[Returned, ...], Meta(extra_json_schema={"minItems": 1, "maxItems": MAX_ITEMS})
    ]


class Change(msgspec.Struct, frozen=True):
    """What the other bank wants corrected, sealed with the payee's key about `change`."""

    transfer: str
    code: str
    sealed: str


class TakeChanges(commands.Command, frozen=True):
    """Take in notifications of change."""

    changes: Annotated[
        tuple[Change, ...], Meta(extra_json_schema={"minItems": 1, "maxItems": MAX_ITEMS})
    ]


class Taken(msgspec.Struct, frozen=True):
    """How many were matched with a transfer, how many were not, and how many were known before."""

    matched: int
    unmatched: int
    known: int


class ReverseTransfer(commands.Command, frozen=True):
    """Undo a payment that was sent or collected in error: its reversal leaves with the next
    cut-off."""

    transfer: str


class DishonourReturn(commands.Command, frozen=True):
    """Do not accept a return: its dishonour leaves with the next cut-off. `wrong` are the fields of
    the return that are, for R69 alone."""

    transfer: str
    code: DishonourCode
    wrong: Annotated[
        tuple[Wrong, ...], Meta(extra_json_schema={"maxItems": 7, "uniqueItems": True})
    ] = ()
