"""What the bank makes of a file: is it refused, or a batch of it?"""

from __future__ import annotations

from collections.abc import Collection

from culm.rails.ach.deviation import Deviation
from culm.rails.ach.report import BatchReport, Report
from culm.sandbox.bank.types import BatchVerdict, Verdict

TEST_ACCOUNT = "test_account"


def refusal(report: Report, *, asked: bool) -> tuple[str, str] | None:
    """Why the file as a whole is refused, as a code and a sentence; None where it is not.

    `asked` is a test account that wants it so.
    """
    for deviation in report.errors:
        if deviation.batch is None:
            return deviation.code, _sentence(deviation)
    if report.batches and not report.readable_batches:
        first = report.errors[0]
        return first.code, _sentence(first)
    if asked:
        return TEST_ACCOUNT, "A test account refuses the file."
    return None


def batches(report: Report, *, asked: Collection[int]) -> tuple[BatchVerdict, ...]:
    """The verdict on each batch of a file that is not refused. `asked` are those with a test
    account that wants them refused."""
    return tuple(_batch(one, report, one.ordinal in asked) for one in report.batches)


def _batch(batch: BatchReport, report: Report, asked: bool) -> BatchVerdict:
    if not batch.readable:
        wrong = next(d for d in report.errors if d.batch == batch.ordinal)
        return _refused(batch, wrong.code, _sentence(wrong))
    if asked:
        return _refused(batch, TEST_ACCOUNT, "A test account refuses the batch.")
    return BatchVerdict(batch.ordinal)


def _refused(batch: BatchReport, code: str, reason: str) -> BatchVerdict:
    verdict: Verdict = "rejected"
    return BatchVerdict(batch.ordinal, verdict, code, reason)


def _sentence(deviation: Deviation) -> str:
    return f"Line {deviation.line}, {deviation.field}: {deviation.message}"
