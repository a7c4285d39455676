"""What may be asked of batches. Who is paid comes sealed."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from culm.batches import types
from culm.ledger import commands as ledger
from culm.rails.ach import api as ach

MAX_PART: Final = 1_000
"""Entries that one command judges, of a batch whose entries stand for themselves."""

MAX_ALL: Final = 5_000
"""Entries of a batch that is taken as a whole or not at all: one command judges them."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of batches, by the tenant that the request names."""


class ReceiveBatch(Command, frozen=True):
    """Keep a batch, whose content is kept sealed under a name with the key of `subject`. The same
    content is not taken twice, unless `again` says that this is meant."""

    source: str
    currency: ledger.Currency
    format: types.Format
    sha256: str
    subject: str
    content: str
    mode: types.Mode = "each"
    same_day: bool = False
    reference: ledger.Reference = ""
    again: bool = False


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One payout: to a wallet or a linked bank account (`to`), or to the sealed account of a
    `payee`. One that was found wrong before it came here has its `code`."""

    line: int
    amount: int
    to: str = ""
    payee: ach.Payee | None = None
    sec: Literal["PPD", "CCD"] = "PPD"
    identification: str = ""
    description: str = ""
    code: str = ""
    field: str = ""


class JudgeEntries(Command, frozen=True):
    """Make a payment of each entry of a part, or say why not."""

    batch: str
    part: int
    parts: int
    entries: Annotated[tuple[Entry, ...], msgspec.Meta(max_length=MAX_ALL)]


class RefuseBatch(Command, frozen=True):
    """Refuse a batch that cannot be read at all."""

    batch: str
    reason: str
    line: int = 0
