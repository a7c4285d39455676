"""Bodies of requests whose path already names a part of the command: the command without it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from culm.gateway import bodies
from culm.ledger import commands, types

C = TypeVar("C", bound=commands.Command)


Nothing = bodies.Nothing


class AccountChange(commands.Command, frozen=True):
    """Change an account's limits, freeze or metadata; what is left out stays as it is."""

    minimum: commands.Limit | msgspec.UnsetType | None = msgspec.UNSET
    maximum: commands.Limit | msgspec.UnsetType | None = msgspec.UNSET
    freeze: types.Freeze | msgspec.UnsetType = msgspec.UNSET
    metadata: commands.Metadata | msgspec.UnsetType = msgspec.UNSET


class Reversal(commands.Command, frozen=True):
    """Book the opposite of a transaction: the whole that is left of it, or in part.

    A part is one `amount` for a transaction of two postings, or `amounts`, one a posting.
    """

    amount: commands.Amount | None = None
    amounts: commands.Amounts | None = None
    reference: commands.Reference = ""
    effective: datetime | None = None
    metadata: commands.Metadata = {}


class Capture(commands.Command, frozen=True):
    """Post a hold or a part of it (default: all that remains); `release_rest` ends the hold."""

    amount: commands.Amount | None = None
    release_rest: bool = False
    kind: commands.Kind = "capture"
    reference: commands.Reference = ""
    effective: datetime | None = None
    metadata: commands.Metadata = {}


def complete(command: type[C], body: commands.Command, **named: str) -> C:
    """The command that a body and the parts named by the path make together."""
    return command(**named, **msgspec.structs.asdict(body))
