"""What may be asked about batches and files. Those who ask are reactors, timers and the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from culm.rails.ach import commands

Outcome = Literal["arrived", "accepted", "lost"]
Verdict = Literal["accepted", "rejected"]
Transfers = Annotated[tuple[str, ...], Meta(extra_json_schema={"minItems": 1, "maxItems": 1_000})]

MAX_REASON = 200


class CutBatch(commands.Command, frozen=True):
    """Make a batch of transfers of a closed window that are alike. Those that are queued no more
    are left out."""

    window: str
    transfers: Transfers


class Cut(msgspec.Struct, frozen=True):
    """The batch or the file that was made, and how many transfers it has; none for nothing."""

    id: str
    transfers: int = 0


class FinishFile(commands.Command, frozen=True):
    """Make a file of the batches that were cut; with `last`, nothing may be waiting any more."""

    window: str
    last: bool = True


class Lost(msgspec.Struct, frozen=True):
    """Transfers of a batch that are not in the file: their payees cannot be read any more."""

    batch: str
    transfers: tuple[str, ...]


class BeginSending(commands.Command, frozen=True):
    """A file lies at the bank's place as `part`: from now on it may be made to count.

    It holds so many `entries`: all but those that are `lost`, up to 1,000, which are rejected.
    Where nothing is left of it, there is no `part`, and it is not sent.
    """

    file: str
    sha256: str
    size: int
    part: str
    entries: int
    lost: tuple[Lost, ...] = ()


class LeaveOut(commands.Command, frozen=True):
    """Reject up to 1,000 transfers that are `lost`, and write their file anew without them: there
    are more."""

    file: str
    lost: tuple[Lost, ...]


class NoteSent(commands.Command, frozen=True):
    """The bank has a file."""

    file: str


class NoteUnknown(commands.Command, frozen=True):
    """Nobody knows whether the bank has a file."""

    file: str
    reason: str


class BatchVerdict(msgspec.Struct, frozen=True):
    """What the bank says of one batch of a file."""

    number: int
    verdict: Verdict
    code: str = ""
    reason: str = ""


class Acknowledge(commands.Command, frozen=True):
    """Take in what the bank says of a file, and when it received that."""

    name: str
    sha256: str
    verdict: Verdict
    received: datetime | None = None
    code: str = ""
    reason: str = ""
    batches: tuple[BatchVerdict, ...] = ()


class Told(msgspec.Struct, frozen=True):
    """Of how many transfers something was told."""

    transfers: int


class ResolveFile(commands.Command, frozen=True):
    """Say what the bank has told of a file that it has not acknowledged: that it has `arrived`,
    that it is `accepted` and will be carried out, or that it is `lost` and never will be."""

    file: str
    outcome: Outcome
    reason: Annotated[str, Meta(extra_json_schema={"maxLength": MAX_REASON})] = ""


class SettleFile(commands.Command, frozen=True):
    """Say that the time of a file's settlement has come."""

    file: str


class SettleBatch(commands.Command, frozen=True):
    """Post the transfers of a batch whose time has come."""

    batch: str
    transfers: Transfers


class RejectBatch(commands.Command, frozen=True):
    """Give back what is held for transfers that will not be carried out."""

    batch: str
    transfers: Transfers
    code: Literal["file", "batch"]
    reason: str = ""


class DoubtBatch(commands.Command, frozen=True):
    """Say of transfers that nobody knows whether the bank has them."""

    batch: str
    transfers: Transfers
