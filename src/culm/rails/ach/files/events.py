"""The facts about batches and files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from culm.book.event import Event
from culm.rails.ach import terms
from culm.rails.ach.transfers import types as transfers

Moment = Annotated[datetime, Meta(tz=True, description="A moment, in UTC.")]
Sha256 = Annotated[str, Meta(description="The SHA-256 of what the file holds, in hexadecimal.")]


class BatchCut(Event, frozen=True):
    """Transfers of a closed window are one batch of a file to be. Their trace numbers follow one
    another from the first."""

    TYPE: ClassVar[str] = "ach.batch_cut"
    id: terms.BatchId
    window: terms.WindowId
    sec: Annotated[transfers.Sec, Meta(description="The Standard Entry Class code.")]
    direction: terms.Direction
    description: Annotated[str, Meta(description="What the payees read of it.")]
    effective: terms.Effective
    first_trace: terms.Trace
    transfers: terms.Items


class FileCut(Event, frozen=True):
    """Batches are a file, which is to be written and sent."""

    TYPE: ClassVar[str] = "ach.file_cut"
    id: terms.FileId
    name: terms.Name
    window: terms.WindowId
    batches: Annotated[tuple[terms.BatchId, ...], Meta(description="Its batches, in order.")]
    entries: Annotated[int, Meta(description="How many transfers it has.")]
    debit: Annotated[terms.Cents, Meta(description="What it collects.")]
    credit: Annotated[terms.Cents, Meta(description="What it pays.")]
    created: Annotated[Moment, Meta(description="The time of its header, in UTC.")]
    modifier: Annotated[str, Meta(description="Tells the files of one day apart: A, B, ...")]
    effective: terms.Effective
    settles: Annotated[Moment, Meta(description="When it settles, in UTC.")]
    sandbox: Annotated[bool, Meta(description="Whether it goes to the bank of the sandbox.")] = (
        False
    )


class LeftOut(msgspec.Struct, frozen=True):
    """How many transfers of a batch are left out."""

    batch: terms.BatchId
    transfers: Annotated[int, Meta(description="How many.")]


class EntriesLeftOut(Event, frozen=True):
    """A file is written without some of its transfers, whose payees are not known any more."""

    TYPE: ClassVar[str] = "ach.entries_left_out"
    id: terms.FileId
    batches: Annotated[tuple[LeftOut, ...], Meta(description="The batches that they are of.")]


class FileSending(Event, frozen=True):
    """A file lies at the bank's place under a name that does not count, and is made to count next.

    From now on the bank may have it.
    """

    TYPE: ClassVar[str] = "ach.file_sending"
    id: terms.FileId
    sha256: Sha256
    size: Annotated[int, Meta(description="How many bytes it has.")]
    part: Annotated[str, Meta(description="The name under which it lies there.")]


class FileSent(Event, frozen=True):
    """The bank has the file."""

    TYPE: ClassVar[str] = "ach.file_sent"
    id: terms.FileId
    name: terms.Name


class FileSendUnknown(Event, frozen=True):
    """Nobody knows whether the bank has the file. It is not sent again; what the bank answers
    tells."""

    TYPE: ClassVar[str] = "ach.file_send_unknown"
    id: terms.FileId
    name: terms.Name
    reason: Annotated[str, Meta(description="Why nobody knows.")]


class FileAccepted(Event, frozen=True):
    """The bank will carry the file out, but for the batches that it refused."""

    TYPE: ClassVar[str] = "ach.file_accepted"
    id: terms.FileId
    name: terms.Name
    refused: Annotated[
        tuple[int, ...], Meta(description="The batches that it refused, counted from 1.")
    ] = ()
    code: Annotated[str, Meta(description="The bank's code for why it refused some.")] = ""
    reason: Annotated[str, Meta(description="What it says of it.")] = ""
    settles: (
        Annotated[datetime, Meta(tz=True, description="When it settles, if it came too late.")]
        | None
    ) = None


class FileRejected(Event, frozen=True):
    """The bank will carry out nothing of the file."""

    TYPE: ClassVar[str] = "ach.file_rejected"
    id: terms.FileId
    name: terms.Name
    code: Annotated[str, Meta(description="The bank's code for why.")]
    reason: Annotated[str, Meta(description="What it says of it.")] = ""


class AcknowledgementUnmatched(Event, frozen=True):
    """The bank acknowledged a file that is not ours, or holds something else than ours."""

    TYPE: ClassVar[str] = "ach.acknowledgement_unmatched"
    name: terms.Name
    sha256: Sha256
    problem: Annotated[str, Meta(description="`unknown`, `content` or `state`.")]
    verdict: Annotated[str, Meta(description="What the bank decided.")]


class SettlementDue(Event, frozen=True):
    """The time has come when a file settles."""

    TYPE: ClassVar[str] = "ach.settlement_due"
    id: terms.FileId
