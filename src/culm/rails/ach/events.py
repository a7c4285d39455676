"""The ACH rail's facts. They hold no names and no account numbers of persons."""

from __future__ import annotations

from typing import ClassVar

from culm.book.event import Event
from culm.rails.ach import commands


class FileReceived(Event, frozen=True):
    """A NACHA file came in. Amounts are US cents as decimal text, as the file totals them.

    `account` and `clearing` are the ids of the accounts that an accepted file is posted between.
    A refused file has none, and neither have files accepted before this was recorded.
    """

    TYPE: ClassVar[str] = "ach.file_received"
    sha256: str
    name: str
    verdict: commands.Verdict
    batches: int
    entries: int
    credit: str
    debit: str
    refused_batches: tuple[int, ...] = ()
    problems: tuple[commands.Problem, ...] = ()
    account: str | None = None
    clearing: str | None = None
