"""Taking in a NACHA file: survey it whole, record the verdict, post one transaction an entry.

A file is known by the SHA-256 of its content. Its entries are posted in parts, each under a key
made of that hash and the part's number, so a file that is submitted again, or after a crash in
the middle, posts nothing twice and goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import IO, Any, BinaryIO, Final, Literal, Protocol

import msgspec

from culm.kernel import errors
from culm.rails.ach import commands, digits, limits, survey
from culm.rails.ach.deviation import Deviation
from culm.rails.ach.entry import Entry
from culm.rails.ach.report import Report

PART_ENTRIES: Final = 5_000
"""Entries of one command. Changing it changes the keys of files that were left half posted."""

PARTS_AT_ONCE: Final = 3
"""Parts that are on their way at the same time: one decided, one written, one waiting."""

PROGRESS_ENTRIES: Final = 1_000
KINDS: Final = {"out": "ach.credit", "in": "ach.debit"}
COPY_BYTES: Final = 1 << 20
IN_MEMORY_BYTES: Final = 8 << 20
MAX_PROBLEMS: Final = 1_000
"""Problems that are kept with a file in the log, unless more batches than these have one of their
own; the report lists all of them."""


class Submit(Protocol):
    """How commands reach the Book."""

    async def __call__(
        self,
        command: msgspec.Struct,
        *,
        tenant: str,
        key: str | None = None,
        actor: str = ...,
        correlation: str | None = None,
    ) -> Any:
        """Have a command decided."""


Step = Literal["reading", "posting"]
Progress = Callable[[Step, int, int], None]
"""Hears what is being done, how much of it is done, and out of how much: reading counts bytes as
they came in, posting counts entries."""


class FileRefused(errors.Rejection):
    """The file deviates from the Nacha Operating Rules; nothing of it was posted."""

    code = "ach_file_refused"

    def __init__(self, report: Report) -> None:
        super().__init__(f"the file is refused: {len(report.errors)} errors")
        self.report = report


class FileTooLarge(errors.Invalid):
    """More came in than a NACHA file can hold (`limits.MAX_FILE_BYTES`). Nothing is kept of it."""

    code = "file.too-large"


class Intake(msgspec.Struct, frozen=True):
    """What became of a file. Amounts are US cents."""

    report: Report
    verdict: commands.Verdict
    posted: int
    """Entries that this submission posted."""
    already: int
    """Entries that an earlier submission of the same file had posted."""
    passed_over: int
    """Entries of the accepted batches that move no money: prenotes, notifications of change."""


async def submit(
    stream: BinaryIO,
    *,
    name: str,
    tenant: str,
    account: str,
    clearing: str,
    accept_readable: bool,
    send: Submit,
    progress: Progress = lambda _step, _done, _total: None,
) -> Intake:
    """Take in a file for a company's account.

    Raises `FileTooLarge` for more than a file can hold; `FileRefused` with the report when the file
    has errors (with `accept_readable`: when no batch of it can be used); `FileAccountDiffers` when
    it was accepted for other accounts before; and the ledger's rejection when an entry cannot be
    posted: what was posted before stays, and submitting the file again goes on from there.
    """
    submission = secrets.token_hex(16)
    ask = functools.partial(send, tenant=tenant, actor="ach", correlation=submission)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as copy:
        size = _copy(stream, copy)
        report = survey.survey(_Watched(copy, size, progress))
        verdict = verdict_of(report, accept_readable=accept_readable)
        await ask(received(report, verdict, name, account, clearing))
        if verdict == "refused":
            raise FileRefused(report)
        copy.seek(0)
        entries = items_of(survey.entries(copy, report), report, progress)
        posted = await _post_all(parts_of(entries, report.sha256), ask)
    fresh = sum(part.entries for part in posted if part.submission == submission)
    already = sum(part.entries for part in posted) - fresh
    used = sum(b.entry_count for b in report.batches if b.readable)
    return Intake(report, verdict, fresh, already, used - fresh - already)


class _Watched:
    """A stream that tells how much of it was read."""

    def __init__(self, stream: IO[bytes], size: int, progress: Progress) -> None:
        self._stream = stream
        self._size = size
        self._progress = progress

    def read(self, size: int, /) -> bytes:
        """Up to that many bytes."""
        block = self._stream.read(size)
        self._progress("reading", self._stream.tell(), self._size)
        return block


def _copy(stream: BinaryIO, copy: IO[bytes]) -> int:
    """Copy the input, compressed or not, up to the size that a file may have; how large it is."""
    size = 0
    while block := stream.read(COPY_BYTES):
        size += len(block)
        if size > limits.MAX_FILE_BYTES:
            raise FileTooLarge(f"the input is larger than {limits.MAX_FILE_BYTES:,} bytes")
        copy.write(block)
    copy.seek(0)
    return size


async def _post_all(
    parts: Iterable[commands.PostEntries], ask: Callable[..., Awaitable[commands.Posted]]
) -> list[commands.Posted]:
    """Post every part, a few at a time. Stops at a rejection."""
    posted: list[commands.Posted] = []
    failed: errors.CulmError | None = None
    slots = asyncio.Semaphore(PARTS_AT_ONCE)

    async def post(part: commands.PostEntries) -> None:
        key = f"ach:{part.sha256}:{part.part}"
        posted.append(await ask(part, key=key))
        slots.release()

    try:
        async with asyncio.TaskGroup() as tasks:
            for part in parts:
                await slots.acquire()
                tasks.create_task(post(part))
    except* errors.CulmError as group:
        failed = _first(group)  # raised in here, early releases of Python put it into another group
    if failed is not None:
        raise failed
    return posted


def _first(group: BaseExceptionGroup[errors.CulmError]) -> errors.CulmError:
    """The first error of several parts: the others failed for the same reason, or were stopped."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def parts_of(items: Iterator[commands.Item], sha256: str) -> Iterator[commands.PostEntries]:
    """The entries of a file in parts, as they are posted."""
    for number in itertools.count():
        part = tuple(itertools.islice(items, PART_ENTRIES))
        if not part:
            return
        yield commands.PostEntries(sha256=sha256, part=number, items=part)


def verdict_of(report: Report, *, accept_readable: bool) -> commands.Verdict:
    """What is to become of a file."""
    if report.valid:
        return "accepted"
    return "accepted_in_part" if accept_readable and report.readable_batches else "refused"


def received(
    report: Report, verdict: commands.Verdict, name: str, account: str, clearing: str
) -> commands.ReceiveFile:
    """The record of a file, with the batches that are not posted and what is wrong with them."""
    used = [b for b in report.batches if verdict != "refused" and b.readable]
    refused = {b.ordinal for b in report.batches} - {b.ordinal for b in used}
    control = report.control
    return commands.ReceiveFile(
        sha256=report.sha256,
        name=name,
        account=account,
        clearing=clearing,
        verdict=verdict,
        batches=len(report.batches),
        refused_batches=tuple(sorted(refused)),
        entries=report.entry_count,
        credit=None if control is None else digits.number(control.total_credit),
        debit=None if control is None else digits.number(control.total_debit),
        accepted_credit=sum(b.credit_minor or 0 for b in used),
        accepted_debit=sum(b.debit_minor or 0 for b in used),
        problems=problems_of(report),
        problem_count=len(report.deviations),
    )


def problems_of(report: Report) -> tuple[commands.Problem, ...]:
    """The deviations that are kept with a file, in the order of their lines.

    Where there are too many: the first error of each batch, then those that come first.
    """
    kept: list[Deviation] = list(report.deviations)
    if len(kept) > MAX_PROBLEMS:
        first: dict[int | None, Deviation] = {}
        for deviation in report.errors:
            first.setdefault(deviation.batch, deviation)
        chosen = set(map(id, first.values()))
        rest = [d for d in kept if id(d) not in chosen]
        chosen |= set(map(id, rest[: max(0, MAX_PROBLEMS - len(chosen))]))
        kept = [d for d in kept if id(d) in chosen]
    return tuple(commands.Problem(d.line, d.field, d.code, d.severity, d.batch) for d in kept)


def items_of(
    entries: Iterable[Entry], report: Report, progress: Progress
) -> Iterator[commands.Item]:
    """The entries that move money, as they are posted."""
    dates = {b.ordinal: _midnight(b.header.effective_on) for b in report.batches}
    total = sum(b.entry_count for b in report.batches if b.readable)
    for number, entry in enumerate(entries, start=1):
        if number % PROGRESS_ENTRIES == 0 or number == total:
            progress("posting", number, total)
        direction = entry.direction
        if direction is None:
            continue
        amount = entry.amount_minor
        detail = entry.detail
        returned = entry.returned if entry.addenda else None
        yield commands.Item(
            detail.line,
            detail.batch,
            -amount if direction == "out" else amount,
            KINDS[direction] if returned is None else "ach.return",
            detail.trace.strip(),
            dates[detail.batch],
            "" if returned is None else returned.reason,
            "" if returned is None else returned.original_trace,
        )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=UTC)
