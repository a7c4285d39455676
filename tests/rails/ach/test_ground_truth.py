"""Real files, each known to be right or wrong for a reason that was looked up in its bytes."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from culm.rails.ach.entry import Entry
from culm.rails.ach.reader import Reader
from culm.rails.ach.report import Report
from culm.rails.ach.survey import entries
from culm.rails.ach.writer import write

Read = Callable[[str], bytes]
Survey = Callable[[bytes], Report]

VALID = [
    "20110805A.ach",
    "NACHA_SAMPLE_TEL_REVERSAL.ach",
    "PPD-200-batches-100000-entries.ach.gz",
    "ack-read.ach",
    "adv-read.ach",
    "arc-debit.ach",
    "atx-read.ach",
    "boc-debit.ach",
    "ccd-debit.ach",
    "cie-credit.ach",
    "contested_addenda.txt",
    "cor-example.ach",
    "cor-read.ach",
    "ctx-debit.ach",
    "dne-read.ach",
    "employers_test.txt",
    "enr-read.ach",
    "gl-debit.ach",
    "iat-credit.ach",
    "iat-debit.ach",
    "issue1595.ach",
    "loan-credit.ach",
    "long-line.ach",
    "mte-read.ach",
    "pop-debit.ach",
    "pos-debit.ach",
    "ppd-credit.ach",
    "ppd-mixedDebitCredit.ach",
    "rck.ach",
    "return-WEB.ach",
    "short-line.ach",
    "shr-debit.ach",
    "tel-debit.ach",
    "trc-debit.ach",
    "trx-debit.ach",
    "two-micro-deposits.ach",
    "txp-debit.ach",
    "web-credit.ach",
    "web-debit.ach",
    "xck-debit.ach",
]

MISCOUNTED = {
    "entry-count",
    "entry-hash",
    "debit-total",
    "credit-total",
}

REFUSED: dict[str, tuple[set[str], set[int]]] = {
    # name: the codes of its errors, and the batches that are readable all the same
    "1e5RecordBefore1or8.txt": ({"file-header.missing", "file-header.misplaced"}, set()),
    "1k8RecordFollowing9Record.txt": (
        {"batch.control-missing", "record.after-file-control"},
        {1},
    ),
    "1qFormatCodeIncorrect.txt": ({"file-header.format-code"}, set()),
    "20110729A-invalid.ach": (
        {
            "batch-control.company-id",
            "batch-header.company-name",
            "batch-header.effective-date",
            "batch-header.sec",
            "file-control.batch-count",
            "file-header.blocking-factor",
            "file-header.creation-date",
            "file-header.creation-time",
            "file-header.format-code",
            "file-header.record-size",
        },
        set(),
    ),
    "20180713-IAT.ach": ({"entry.service-class"}, {1}),
    "2lCompanyNameAllZeros.txt": ({"batch-header.company-name"}, {2}),
    "3fTELIndvNameAllZeros.txt": ({"entry.name"}, {1}),
    "adv-invalidBatchEntries.ach": (
        {"addenda.outside-entry", "batch.empty"}
        | {f"batch-control.{c}" for c in MISCOUNTED}
        | {f"file-control.{c}" for c in MISCOUNTED},
        set(),
    ),
    "adv-invalidFileControl.ach": ({"file-control.missing", "padding.misplaced"}, {1}),
    "adv-noFileControl.ach": ({"file-control.missing"}, {1}),
    "bh-ed-ad-bh-ed-ad-ed-ad.ach": (
        {
            "batch-header.number-order",
            "batch.control-missing",
            "file-control.missing",
            "file-header.missing",
        },
        set(),
    ),
    "contested-return.ach": ({"entry.addenda-too-many", "return.transaction-code"}, set()),
    "dishonored-return.ach": ({"return.transaction-code"}, set()),
    "extended-ascii.ach": ({"line.character"}, {1}),
    "file_parsing_missing_file_control.txt": (
        {
            "batch-header.service-class",
            "batch.control-missing",
            "entry.sec-transaction-code",
            "entry.trace-odfi",
            "entry.trace-order",
            "file-control.missing",
            "padding.misplaced",
        },
        set(),
    ),
    "flattenADVBatchesMultipleBatchHeaders.ach": ({"file-control.credit-total"}, {1, 2, 3, 4}),
    "iat-addenda99.ach": ({"return.transaction-code"}, set()),
    "iat-batchHeaderErr.ach": (
        {
            "addenda.outside-entry",
            "batch-control.credit-total",
            "batch-control.entry-count",
            "batch-control.entry-hash",
            "batch-header.number-order",
            "batch.control-missing",
            "batch.empty",
            "entry.addenda-count",
            "entry.addenda-missing",
            "entry.service-class",
            "file-control.batch-count",
        },
        set(),
    ),
    "iat-invalidAddenda10.ach": ({"entry.service-class", "iat.transaction-type"}, set()),
    "iat-invalidAddenda11.ach": ({"entry.service-class", "line.character"}, set()),
    "iat-invalidAddendaRecordIndicator.ach": ({"entry.addenda-indicator"}, set()),
    "iat-invalidBatchControl.ach": (
        {"batch-control.number", "batch-control.odfi", "entry.service-class"},
        set(),
    ),
    "iat-mixedDebitCredit.ach": ({"addenda.sequence"}, set()),
    "invalid-two-micro-deposits.ach": (
        {"addenda.entry-sequence", "entry.amount", "entry.trace"},
        {1},
    ),
    "issue1620.ach": ({"file-control.batch-count"}, {1}),
    "issue1620_return.ach": ({"return.transaction-code"}, set()),
    "moov-ids.ach": ({"entry.trace-odfi", "file-control.entry-hash"}, set()),
    "pos-invalidReturnFile.ach": ({"return.reason-code", "return.transaction-code"}, set()),
    "ppd-debit-customTraceNumber.ach": ({"entry.trace-odfi"}, set()),
    "ppd-debit-fixedLengthInvalid.ach": (
        {
            "file-control.missing",
            "file-header.blocking-factor",
            "file-header.creation-date",
            "file-header.creation-time",
            "file-header.destination",
            "file-header.format-code",
            "file-header.misplaced",
            "file-header.priority-code",
            "file-header.record-size",
            "file.no-batches",
            "record.unknown-type",
        },
        set(),
    ),
    "ppd-debit-invalid-entryDetail-checkDigit.ach": ({"entry.check-digit"}, set()),
    "ppd-mixedDebitCredit-invalid.ach": ({"file-header.origin"}, {1}),
    "preserve-spaces-test.ach": ({"entry.trace"}, set()),
    "return-PPD-custom-reason-code.ach": ({"return.reason-code"}, set()),
    "return-no-batch-header.ach": (
        {
            "addenda.outside-entry",
            "entry.outside-batch",
            "file-control.missing",
            "file-header.missing",
            "file.no-batches",
        },
        set(),
    ),
    "skip-validation.ach": (
        {
            "batch-header.number-order",
            "batch-header.odfi",
            "entry.trace-order",
            "file-header.destination",
        },
        set(),
    ),
    "txp-multiple-addenda.ach": (
        {
            "addenda.entry-sequence",
            "addenda.sequence",
            "batch-control.debit-total",
            "batch-control.entry-count",
            "batch-control.number",
            "batch-control.odfi",
            "batch-header.effective-date",
            "batch-header.originator-status",
            "entry.addenda-indicator",
            "entry.addenda-too-many",
            "entry.trace",
            "file-control.debit-total",
            "file-control.entry-count",
            "line.too-long",
        },
        set(),
    ),
    "web-invalidNOCFile.ach": ({"change.code"}, set()),
}


def test_every_file_at_hand_is_in_a_table() -> None:
    here = Path(__file__).parent / "data"
    at_hand = {path.name for path in here.iterdir()} - {"README.md"}
    assert at_hand <= set(VALID) | set(REFUSED)


@pytest.mark.parametrize("name", VALID)
def test_a_valid_file_reads_as_valid(name: str, real: Read, surveyed: Survey) -> None:
    report = surveyed(real(name))
    assert not report.errors
    assert report.valid
    assert all(batch.readable for batch in report.batches)


@pytest.mark.parametrize("name", [name for name in VALID if not name.endswith(".gz")])
def test_codes_in_lower_case_are_read_as_upper_case(
    name: str, real: Read, surveyed: Survey
) -> None:
    as_it_is, lower = real(name), real(name).lower()
    report = surveyed(lower)
    assert not report.errors
    assert "text.lower-case" in {d.code for d in report.deviations}
    plain = [
        (e.direction, e.amount_minor) for e in entries(io.BytesIO(as_it_is), surveyed(as_it_is))
    ]
    assert [(e.direction, e.amount_minor) for e in entries(io.BytesIO(lower), report)] == plain


@pytest.mark.parametrize("name", REFUSED)
def test_an_invalid_file_is_refused_for_all_its_reasons(
    name: str, real: Read, surveyed: Survey
) -> None:
    report = surveyed(real(name))
    codes, readable = REFUSED[name]
    assert not report.valid
    assert {d.code for d in report.errors} == codes
    assert report.readable_batches == readable


@pytest.mark.parametrize("name", [*VALID, *REFUSED])
def test_what_was_read_is_written_as_it_stood(name: str, real: Read) -> None:
    content = real(name)
    reader = Reader(io.BytesIO(content))
    events = list(reader)
    out = io.BytesIO()
    write(events, out, reader.report.layout)
    assert out.getvalue() == (gzip.decompress(content) if name.endswith(".gz") else content)


@pytest.mark.parametrize("name", [*VALID, *REFUSED])
def test_the_second_pass_gives_the_entries_of_the_readable_batches_only(
    name: str, real: Read, surveyed: Survey
) -> None:
    content = real(name)
    report = surveyed(content)
    given = list(entries(io.BytesIO(content), report))
    assert len(given) == sum(b.entry_count for b in report.batches if b.readable)
    assert sum(len(e.addenda) for e in given) == sum(
        b.addenda_count for b in report.batches if b.readable
    )
    assert {e.batch for e in given} == report.readable_batches
    judged = [e for e in Reader(io.BytesIO(content)) if isinstance(e, Entry)]
    assert given == [e for e in judged if e.batch in report.readable_batches]


def test_the_payroll_comes_to_what_its_control_says(real: Read, surveyed: Survey) -> None:
    report = surveyed(real("PPD-200-batches-100000-entries.ach.gz"))
    assert len(report.batches) == 200
    assert report.entry_count == 100_199
    assert (report.debit_minor, report.credit_minor) == (0, 20_123_398_766)
    assert not report.deviations


def test_an_unreadable_amount_leaves_the_totals_unknown_but_spares_its_neighbour(
    real: Read, surveyed: Survey
) -> None:
    report = surveyed(real("invalid-two-micro-deposits.ach"))
    first, second = report.batches
    assert (first.readable, first.debit_minor, first.credit_minor) == (True, 76, 76)
    assert (second.readable, second.debit_minor, second.credit_minor) == (False, None, 44)
    assert report.debit_minor is None
