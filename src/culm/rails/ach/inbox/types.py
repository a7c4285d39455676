"""The bank's files that were taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["acknowledgement", "entries", "unreadable"]


class BankFile(msgspec.Struct, frozen=True):
    """A file of the bank, known by what it holds."""

    tenant: str
    sha256: str
    name: str
    kind: Kind
    returns: int
    changes: int
    taken: datetime
