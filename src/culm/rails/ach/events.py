"""The ACH rail's facts. They hold no names and no account numbers of persons."""

from __future__ import annotations

from typing import ClassVar

from culm.book.event import Event
from culm.rails.ach import commands


class FileReceived(Event, frozen=True):
    """A NACHA file came in. Amounts are US cents as decimal text.

    `credit` and `debit` are what the file control states, null where it states none;
    `accepted_credit` and `accepted_debit` what the entries of the batches that are not refused come
    to. `problems` holds at least one of each refused batch that has any; there were
    `problem_count`.
    `account` and `clearing` are the ids of the accounts that an accepted file is posted between.
    A refused file has none, and neither have files accepted before this was recorded.
    """

    TYPE: ClassVar[str] = "ach.file_received"
    sha256: str
    name: str
    verdict: commands.Verdict
    batches: int
    entries: int
    credit: str | None
    debit: str | None
    refused_batches: tuple[int, ...] = ()
    problems: tuple[commands.Problem, ...] = ()
    account: str | None = None
    clearing: str | None = None
    accepted_credit: str | None = None
    accepted_debit: str | None = None
    problem_count: int | None = None
