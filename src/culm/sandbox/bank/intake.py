"""Takes a file in: judges it, and works out what it pays and what will be said of its entries."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from culm.rails.ach import calendar, survey
from culm.rails.ach.entry import Entry
from culm.rails.ach.reasons import DISHONORED
from culm.rails.ach.records import BatchHeader
from culm.rails.ach.report import BatchReport, Report
from culm.rails.ach.transaction_codes import CODES
from culm.sandbox.bank import accounts, answering, disputes, judgement, settling, types

Known = Callable[[str, str], tuple[types.Earlier, bool] | None]
"""The accepted file of the same content or identity, and whether it is the content."""


class Taken(msgspec.Struct, frozen=True):
    """A file that was taken in."""

    acknowledgement: types.Acknowledgement
    identity: str
    is_late: bool = False
    """A test account wants the acknowledgement late."""

    paid: tuple[types.Paid, ...] = ()
    answers: tuple[types.Answer, ...] = ()


def sha256(path: Path) -> str:
    """The digest of what was received, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def take(
    path: Path, digest: str, *, now: datetime, known: Known, returned: disputes.Returned
) -> Taken:
    """Look a file through.

    A file counts as received when its header says that it was made, if that is not after now: a
    virtual clock may have run a week on while the file was on its way, and what follows from it
    should not depend on that.
    """
    with path.open("rb") as stream:
        report = survey.survey(stream)
    received = _received(report, now)
    identity = _identity(report, digest)
    said = types.Acknowledgement(path.name, digest, "accepted", received)
    if (earlier := known(digest, identity)) is not None:
        return Taken(_duplicate(said, *earlier), identity)
    listed = list(_entries(path, report)) if report.readable_batches else []
    tricks = {(one.kind, entry.batch) for entry in listed if (one := _trick(entry)) is not None}
    kinds = {kind for kind, _ in tricks}
    why = judgement.refusal(report, asked="refuse file" in kinds)
    if why is not None:
        refused = msgspec.structs.replace(said, verdict="rejected", code=why[0], reason=why[1])
        return Taken(refused, identity)
    verdicts = judgement.batches(report, asked={b for k, b in tricks if k == "refuse batch"})
    accepted = {one.number for one in verdicts if one.verdict == "accepted"}
    taking = _Taking(report, received, returned)
    for ordinal, entries in itertools.groupby(listed, lambda entry: entry.batch):
        if ordinal in accepted:
            taking.batch(report.batches[ordinal - 1], list(entries), path.name)
    return Taken(
        msgspec.structs.replace(said, batches=verdicts),
        identity,
        is_late="acknowledge late" in kinds,
        paid=tuple(taking.paid),
        answers=tuple(taking.answers),
    )


class _Taking:
    """What the accepted batches of a file come to."""

    def __init__(self, report: Report, received: datetime, returned: disputes.Returned) -> None:
        header = report.header  # a file without one is refused
        self._bank = "" if header is None else header.immediate_destination.strip()[-9:]
        self._received = received
        self._returned = returned
        self.paid: list[types.Paid] = []
        self.answers: list[types.Answer] = []

    def batch(self, batch: BatchReport, entries: list[Entry], file: str) -> None:
        """Take a batch in."""
        settles = settling.settles(
            received=self._received,
            effective=batch.header.effective_on,
            largest_minor=max(entry.amount_minor for entry in entries),
        )
        for entry in entries:
            said = answering.Said(entry, batch.header, self._bank, self._received, settles)
            answers = list(self._answers(said))
            self.answers += answers
            if entry.returned is None and entry.direction is not None:
                self.paid.append(_paid(entry, settles, file, len(answers)))

    def _answers(self, said: answering.Said) -> Iterator[types.Answer]:
        returned = said.entry.returned
        if returned is not None:
            if returned.reason in DISHONORED:
                yield from disputes.contests(said, self._returned)
        elif isinstance(said.header, BatchHeader):
            yield from answering.answers(said)


def _paid(entry: Entry, settles: datetime, file: str, answers: int) -> types.Paid:
    """The entry in the ledger. A notification of change is an answer that returns nothing."""
    asked = _behaviour(entry)
    return types.Paid(
        file=file,
        batch=entry.batch,
        trace=entry.detail.trace,
        side=CODES[entry.detail.transaction_code].side,
        amount_minor=entry.amount_minor,
        settles=settles,
        returned=answers if isinstance(asked, accounts.Return) else 0,
    )


def _behaviour(entry: Entry) -> accounts.Behaviour | None:
    return accounts.behaviour(entry.detail.account_number, entry.detail.transaction_code)


def _trick(entry: Entry) -> accounts.Trick | None:
    asked = _behaviour(entry)
    return asked if isinstance(asked, accounts.Trick) else None


def _entries(path: Path, report: Report) -> Iterator[Entry]:
    with path.open("rb") as stream:
        yield from survey.entries(stream, report)


def _received(report: Report, now: datetime) -> datetime:
    header = report.header
    if header is None or header.created_on is None or header.created_at is None:
        return now
    return min(now, calendar.moment(header.created_on, f"{header.created_at:%H:%M}"))


def _identity(report: Report, digest: str) -> str:
    """By what a bank tells files apart: no two from one sender have the same of one minute."""
    header = report.header
    if header is None:
        return digest
    said = (
        header.immediate_origin.strip(),
        header.file_creation_date,
        header.file_creation_time,
        header.file_id_modifier,
    )
    return "|".join(said).encode(errors="backslashreplace").decode()  # a bad file may be no text


def _duplicate(
    said: types.Acknowledgement, earlier: types.Earlier, same: bool
) -> types.Acknowledgement:
    code, reason = ("duplicate", "The file was accepted before, and is not carried out again.")
    if not same:
        code, reason = (
            "duplicate_id",
            "Another file of this origin, creation date and time, and modifier was accepted.",
        )
    return msgspec.structs.replace(
        said, verdict="rejected", code=code, reason=reason, original=earlier
    )
