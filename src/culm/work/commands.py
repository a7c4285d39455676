"""What may be asked of what is parked. The first and the last are for those who run reactors."""

from __future__ import annotations

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked about a parked fact."""


class Park(Command, frozen=True):
    """Set a fact aside that a reactor cannot be done with, and say why.

    `round` is that of the retry that failed, 0 for the first time: what is parked, settled or
    dropped already stays as it is. The code `behind` is for a fact whose aggregate waits for an
    earlier one; where none does, it is rejected with `lane_free`.
    """

    reactor: str
    fact: str
    type: str
    code: str
    attempts: int = 0
    lane: str = ""
    round: int = 0


class RetryParked(Command, frozen=True):
    """Have the reactor try once more. Of an aggregate, the earliest first."""

    id: str


class DropParked(Command, frozen=True):
    """Give a parked fact up: the reactor will not react to it. The next of its aggregate is
    tried."""

    id: str


class SettleParked(Command, frozen=True):
    """Record that a retry has come to its end. The next of the aggregate is tried."""

    id: str
    round: int


class Settlement(msgspec.Struct, frozen=True):
    """How many of the same aggregate are still parked, or being retried."""

    waiting: int
