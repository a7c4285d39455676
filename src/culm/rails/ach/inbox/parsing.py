"""Reads the bank's files: what came back, and what is to be corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec

from culm.rails.ach import survey
from culm.rails.ach.addenda import ChangeAddenda, ContestedReturnAddenda
from culm.rails.ach.entry import Entry
from culm.rails.ach.files import commands as files
from culm.rails.ach.records import BatchHeaderRecord
from culm.rails.ach.report import Report
from culm.rails.ach.transaction_codes import CODES
from culm.rails.ach.transfers import commands as transfers

MAX_SAID_BYTES: Final = 1_000_000
"""Of an acknowledgement."""

MAX_WORDS: Final = 200
"""Characters that are kept of what the bank says in words."""


class Wanted(msgspec.Struct, frozen=True):
    """A notification of change, by the trace number of the entry that it is about."""

    trace: str
    code: str
    data: str


class Read(msgspec.Struct, frozen=True):
    """What a file of entries holds. `problem` says what of it cannot be read."""

    returns: tuple[transfers.Returned, ...] = ()
    changes: tuple[Wanted, ...] = ()
    problem: str = ""


class Said(msgspec.Struct, frozen=True):
    """An acknowledgement as the bank writes it."""

    file: Annotated[str, msgspec.Meta(pattern=r"\A[!-~]{1,255}\Z")]
    sha256: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    verdict: files.Verdict
    received: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    code: str = ""
    reason: str = ""
    batches: tuple[files.BatchVerdict, ...] = ()


def acknowledgement(path: Path) -> files.Acknowledge | None:
    """What the bank says of a file of ours; None where it is no acknowledgement."""
    if path.stat().st_size > MAX_SAID_BYTES:
        return None
    try:
        said = msgspec.json.decode(path.read_bytes(), type=Said)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return files.Acknowledge(
        name=said.file,
        sha256=said.sha256,
        verdict=said.verdict,
        received=said.received,
        code=_words(said.code),
        reason=_words(said.reason),
        batches=tuple(
            files.BatchVerdict(one.number, one.verdict, _words(one.code), _words(one.reason))
            for one in said.batches
        ),
    )


def _words(text: str) -> str:
    """What the bank says, as it can be kept: no more than it needs, and nothing that does not
    print."""
    return "".join(one if one.isprintable() else " " for one in text[:MAX_WORDS])


def entries(path: Path) -> Read:
    """What came back by a file of entries. Of batches that cannot be read nothing is taken."""
    with path.open("rb") as stream:
        report = survey.survey(stream)
    made = report.header.created_on if report.header is not None else None
    if made is None or not report.readable_batches:
        return Read(problem=_problem(report) or "there is no batch in it")
    returns, changes = list[transfers.Returned](), list[Wanted]()
    days = {b.ordinal: _settled_on(b.header, made) for b in report.batches}
    with path.open("rb") as stream:
        for entry in survey.entries(stream, report):
            returns += _returned(entry, days[entry.batch])
            changes += _changes(entry)
    whole = len(report.readable_batches) == len(report.batches)
    return Read(tuple(returns), tuple(changes), "" if whole else _problem(report))


def _problem(report: Report) -> str:
    first = next(iter(report.errors), None)
    return "" if first is None else f"line {first.line}, {first.code}: {first.message}"


def _returned(entry: Entry, settled_on: date) -> Iterator[transfers.Returned]:
    addenda, code = entry.returned, CODES.get(entry.detail.transaction_code)
    if addenda is None or code is None:
        return
    contested = addenda if isinstance(addenda, ContestedReturnAddenda) else None
    yield transfers.Returned(
        trace=addenda.original_trace,
        amount=entry.amount_minor,
        direction=code.side,
        reason=addenda.reason,
        returned_on=settled_on,
        return_trace=entry.detail.trace,
        dishonour=contested.dishonored_trace if contested else "",
    )


def _changes(entry: Entry) -> Iterator[Wanted]:
    for addenda in entry.addenda:
        if isinstance(addenda, ChangeAddenda):
            code = addenda.change_code.upper()
            yield Wanted(addenda.original_trace, code, addenda.corrected_data)


def _settled_on(header: BatchHeaderRecord, made: date) -> date:
    """When a batch settled: the day of the year that the operator has put into its header, in the
    year that is nearest to the file's date; that date itself, where there is none."""
    text = header.settlement_date
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 366:
        return made
    days = [date(made.year + n, 1, 1) + timedelta(days=int(text) - 1) for n in (-1, 0, 1)]
    return min(days, key=lambda day: abs(day - made))
