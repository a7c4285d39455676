"""What may be asked of the ACH rail: take in a file, and post its entries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Verdict = Literal["accepted", "accepted_in_part", "refused"]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of the ACH rail."""


class Problem(msgspec.Struct, frozen=True):
    """A deviation as it is kept with the file: where, which rule's code, and how grave."""

    line: Annotated[int, Meta(description="The line of the file, counted from 1.")]
    field: Annotated[str, Meta(description="The field of the record that is at fault.")]
    code: Annotated[str, Meta(description="The code of the rule that is broken.")]
    severity: Annotated[str, Meta(description="`error`, which refuses, or `warning`.")]
    batch: Annotated[int, Meta(description="The batch, counted from 1.")] | None = None


class ReceiveFile(Command, frozen=True):
    """Record that a file came in, and what became of it. Amounts are US cents.

    `sha256` of its decompressed content is what makes it the same file. `account` is the company's
    account and `clearing` the one opposite, each by id or code; both are kept in US dollars.

    `credit` and `debit` are what the file control states, `None` where it states none;
    `accepted_credit` and `accepted_debit` are what the entries of the batches that are not refused
    come to. `problems` may be a selection of `problem_count`.
    """

    sha256: str
    name: str
    account: str
    clearing: str
    verdict: Verdict
    batches: int
    refused_batches: tuple[int, ...]
    entries: int
    credit: int | None
    debit: int | None
    accepted_credit: int = 0
    accepted_debit: int = 0
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0


class Item(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry to post: where it stands in the file, its money, and how to find it again.

    `change` is what it does to the company's account, in US cents: out is negative. `effective` is
    the effective entry date of its batch, at midnight UTC. A return has a `reason`, a return reason
    code, and the trace number of the `original` entry.
    """

    line: int
    batch: int
    change: int
    kind: str
    trace: str
    effective: datetime | None
    reason: str = ""
    original: str = ""


class PostEntries(Command, frozen=True):
    """Post some entries of a received file, all of them or none.

    Each becomes a transaction between the two accounts that the file was accepted for.
    """

    sha256: str
    part: int
    items: tuple[Item, ...]


class Posted(msgspec.Struct, frozen=True):
    """How many entries were posted and when, and the first and last transaction of them.

    `submission` is the conversation in which they were: another one is only told the answer again.
    """

    entries: int
    at: datetime
    first: str
    last: str
    submission: str = ""
