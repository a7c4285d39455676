"""The ACH rail's facts. They hold no names and no account numbers of persons."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.rails.ach import commands

Cents = Annotated[str, Meta(description="US cents: a whole number as text.")]


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
    sha256: Annotated[
        str, Meta(description="The SHA-256 of what it unpacks to: what makes it the same file.")
    ]
    name: Annotated[str, Meta(description="The name that it came with.")]
    verdict: Annotated[commands.Verdict, Meta(description="What became of it.")]
    batches: Annotated[int, Meta(description="How many batches it has.")]
    entries: Annotated[int, Meta(description="How many entries it has.")]
    credit: Annotated[Cents, Meta(description="The credits that its control states.")] | None
    debit: Annotated[Cents, Meta(description="The debits that its control states.")] | None
    refused_batches: Annotated[
        tuple[int, ...], Meta(description="The batches that are not posted, counted from 1.")
    ] = ()
    problems: Annotated[
        tuple[commands.Problem, ...], Meta(description="A selection of what was found wrong.")
    ] = ()
    account: Annotated[str, Meta(description="The id of the company's account.")] | None = None
    clearing: Annotated[str, Meta(description="The id of the account opposite.")] | None = None
    accepted_credit: Annotated[Cents, Meta(description="The credits of what is posted.")] | None = (
        None
    )
    accepted_debit: Annotated[Cents, Meta(description="The debits of what is posted.")] | None = (
        None
    )
    problem_count: Annotated[int, Meta(description="How much was found wrong.")] | None = None
