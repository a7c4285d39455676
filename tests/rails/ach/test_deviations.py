"""Each kind of deviation, provoked by one damage to a file that is otherwise in order."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from culm.rails.ach import limits
from culm.rails.ach.kinds import KINDS
from culm.rails.ach.report import Report

Read = Callable[[str], bytes]
Survey = Callable[[bytes], Report]
Damage = Callable[[list[str]], list[str]]

DOCS = Path(__file__).parents[3] / "docs" / "reference" / "nacha-deviations.md"
DATA = Path(__file__).parent / "data"
NINES = "9" * 94


def put(line: int, column: int, text: str) -> Damage:
    """Overwrites columns of one line, both counted from 1."""

    def damage(lines: list[str]) -> list[str]:
        old = lines[line - 1]
        new = old[: column - 1] + text + old[column - 1 + len(text) :]
        return [*lines[: line - 1], new, *lines[line:]]

    return damage


def drop(*gone: int) -> Damage:
    """Takes lines out."""
    return lambda lines: [text for n, text in enumerate(lines, 1) if n not in gone]


def insert(line: int, text: str) -> Damage:
    """Puts a new line before that line."""
    return lambda lines: [*lines[: line - 1], text, *lines[line - 1 :]]


def repeat(first: int, last: int) -> Damage:
    """Says some lines twice."""
    return lambda lines: [*lines[:last], *lines[first - 1 : last], *lines[last:]]


def both(*damages: Damage) -> Damage:
    """One damage after another."""

    def damage(lines: list[str]) -> list[str]:
        for one in damages:
            lines = one(lines)
        return lines

    return damage


def shorten(line: int, length: int) -> Damage:
    """Cuts a line off."""
    return lambda lines: [t[:length] if n == line else t for n, t in enumerate(lines, 1)]


def lengthen(line: int, more: str) -> Damage:
    """Adds to the end of a line."""
    return lambda lines: [t + more if n == line else t for n, t in enumerate(lines, 1)]


# The payroll's lines: 1 file header, 2 batch header, 3 entry with 4 addenda, 5 entry, 6 batch
# control, 7 file control, 8 to 10 nines. The other files' are in `data`.
DAMAGES: list[tuple[str, str, Damage]] = [
    ("line.character", "payroll", put(3, 60, "\x07")),
    ("line.too-long", "payroll", lengthen(3, "x")),
    ("line.too-short", "payroll", shorten(6, 93)),
    ("line.trimmed", "payroll", shorten(7, 60)),
    ("line.trailing-blanks", "payroll", lengthen(3, "   ")),
    ("line.blank", "payroll", insert(1, "")),
    ("line.end-of-file-mark", "payroll", insert(11, "\x1a")),
    ("text.lower-case", "payroll", put(2, 51, "ppd")),
    ("text.lower-case", "payroll", put(1, 34, "b")),
    ("text.lower-case", "web-debit.ach", put(3, 77, "s ")),
    ("text.lower-case", "return-WEB.ach", put(4, 4, "r01")),
    ("text.lower-case", "contested_addenda.txt", put(4, 4, "r72")),
    ("text.lower-case", "cor-read.ach", put(4, 4, "c01")),
    ("text.lower-case", "iat-credit.ach", put(2, 21, "ff")),
    ("text.lower-case", "iat-credit.ach", put(2, 67, "usd")),
    ("text.lower-case", "iat-credit.ach", put(4, 4, "ann")),
    ("field.mandatory", "pop-debit.ach", put(3, 40, " " * 9)),
    ("field.mandatory", "pop-debit.ach", put(3, 49, " " * 4)),
    ("field.mandatory", "pop-debit.ach", put(3, 53, "  ")),
    ("field.mandatory", "arc-debit.ach", put(3, 40, " " * 15)),
    ("field.mandatory", "boc-debit.ach", put(3, 40, " " * 15)),
    ("field.mandatory", "rck.ach", put(3, 40, " " * 15)),
    ("field.mandatory", "trc-debit.ach", put(3, 40, " " * 15)),
    ("field.mandatory", "xck-debit.ach", put(3, 40, " " * 15)),
    ("field.mandatory", "cie-credit.ach", put(3, 55, " " * 22)),
    ("field.mandatory", "mte-read.ach", put(3, 62, " " * 15)),
    ("field.mandatory", "shr-debit.ach", put(3, 44, " " * 11)),
    ("field.mandatory", "shr-debit.ach", put(3, 55, " " * 22)),
    ("field.mandatory", "adv-read.ach", put(3, 40, "X")),
    ("field.mandatory", "contested_addenda.txt", put(4, 54, "   ")),
    ("field.mandatory", "contested_addenda.txt", put(4, 59, "X")),
    *(
        ("field.mandatory", "iat-credit.ach", put(line, column, " " * width))
        for line, column, width in (
            (4, 47, 35),
            (5, 4, 35),
            (5, 39, 35),
            (6, 4, 35),
            (6, 39, 35),
            (7, 4, 35),
            (7, 41, 34),
            (8, 75, 3),
            (9, 19, 35),
            (10, 4, 35),
            (10, 39, 35),
            (12, 4, 35),
            (12, 41, 34),
            (12, 75, 3),
        )
    ),
    ("record.unknown-type", "payroll", put(5, 1, "X")),
    ("record.after-file-control", "payroll", repeat(6, 7)),
    ("padding.missing", "payroll", drop(9)),
    ("padding.surplus", "payroll", insert(9, NINES)),
    ("padding.misplaced", "payroll", insert(4, NINES)),
    ("padding.misplaced", "payroll", insert(6, NINES)),
    ("padding.misplaced", "payroll", insert(7, NINES)),
    ("padding.misplaced", "payroll", insert(2, NINES)),
    ("padding.malformed", "payroll", shorten(9, 93)),
    ("file.empty", "payroll", drop(*range(1, 11))),
    ("file.no-batches", "payroll", drop(*range(2, 7))),
    ("file.mixed-advices", "adv-read.ach", both(repeat(2, 5), put(6, 51, "PPD"))),
    ("file-header.missing", "payroll", drop(1)),
    ("file-header.misplaced", "payroll", repeat(1, 1)),
    ("file-header.priority-code", "payroll", put(1, 2, "02")),
    ("file-header.destination", "payroll", put(1, 4, " 23138010X")),
    ("file-header.destination", "payroll", put(1, 4, "          ")),
    ("file-header.destination-check-digit", "payroll", put(1, 4, " 231380105")),
    ("file-header.origin", "payroll", put(1, 14, "0000000000")),
    ("file-header.origin", "payroll", put(1, 14, " ACMECORP ")),
    ("file-header.origin-agreed", "payroll", put(1, 14, "ACMECORP00")),
    ("file-header.creation-date", "payroll", put(1, 24, "260230")),
    ("file-header.creation-time", "payroll", put(1, 30, "2460")),
    ("file-header.modifier", "payroll", put(1, 34, " ")),
    ("file-header.record-size", "payroll", put(1, 35, "080")),
    ("file-header.blocking-factor", "payroll", put(1, 38, "01")),
    ("file-header.format-code", "payroll", put(1, 40, "2")),
    ("batch.control-missing", "payroll", drop(6)),
    ("batch.empty", "payroll", drop(3, 4, 5)),
    ("batch-header.service-class", "payroll", put(2, 2, "210")),
    ("batch-header.service-class", "payroll", put(2, 2, "280")),
    ("batch-header.sec", "payroll", put(2, 51, "XYZ")),
    ("batch-header.company-name", "payroll", put(2, 5, " " * 16)),
    ("batch-header.company-id", "payroll", put(2, 41, " " * 10)),
    ("batch-header.entry-description", "payroll", put(2, 54, "0" * 10)),
    ("batch-header.represented", "rck.ach", put(2, 54, "PAYMENT   ")),
    ("batch-header.effective-date", "payroll", put(2, 70, "261301")),
    ("batch-header.effective-date-absent", "payroll", put(2, 70, "      ")),
    ("batch-header.settlement-date", "payroll", put(2, 76, "367")),
    ("batch-header.originator-status", "payroll", put(2, 79, "3")),
    ("batch-header.odfi", "payroll", put(2, 80, "00000000")),
    ("batch-header.number", "payroll", put(2, 88, "000000X")),
    ("batch-header.number-order", "return-WEB.ach", put(6, 88, "0000001")),
    ("batch-header.foreign-exchange", "iat-credit.ach", put(2, 21, "XX")),
    ("batch-header.foreign-exchange", "iat-credit.ach", put(2, 67, "   ")),
    ("batch-header.foreign-exchange", "iat-credit.ach", put(2, 23, "4")),
    ("batch-header.foreign-exchange", "iat-credit.ach", put(2, 23, " ")),
    ("entry.outside-batch", "payroll", drop(2)),
    ("entry.transaction-code", "payroll", put(5, 2, "25")),
    ("entry.service-class", "payroll", put(5, 2, "37")),
    ("entry.sec-transaction-code", "payroll", put(5, 2, "34")),
    ("entry.sec-transaction-code", "payroll", both(put(2, 2, "200"), put(5, 2, "55"))),
    ("entry.sec-transaction-code", "tel-debit.ach", both(put(2, 2, "200"), put(3, 2, "22"))),
    ("entry.non-dollar-code", "dne-read.ach", put(3, 2, "22")),
    ("entry.rdfi", "payroll", put(5, 4, "02120X02")),
    ("entry.check-digit", "payroll", put(5, 12, "6")),
    ("entry.account", "payroll", put(5, 13, " " * 17)),
    ("entry.amount", "payroll", put(5, 30, "00000 0001")),
    ("entry.amount-zero", "payroll", put(5, 30, "0" * 10)),
    ("entry.amount-not-zero", "payroll", put(5, 2, "33")),
    ("entry.amount-not-zero", "cor-read.ach", put(3, 39, "5")),
    ("entry.amount-limit", "rck.ach", put(3, 30, "0000250001")),
    ("entry.amount-limit", "arc-debit.ach", put(3, 30, "0002500001")),
    ("entry.amount-limit", "boc-debit.ach", put(3, 30, "0002500001")),
    ("entry.amount-limit", "pop-debit.ach", put(3, 30, "0002500001")),
    ("entry.name", "tel-debit.ach", put(3, 55, " " * 22)),
    ("entry.name", "web-debit.ach", put(3, 55, "0" * 22)),
    ("entry.name-absent", "payroll", put(5, 55, " " * 22)),
    ("entry.payment-type", "web-debit.ach", put(3, 77, "XX")),
    ("entry.card-transaction-type", "pos-debit.ach", put(3, 77, "  ")),
    ("entry.card-transaction-type", "shr-debit.ach", put(3, 77, "04")),
    ("entry.card-expiration", "shr-debit.ach", put(3, 40, "1322")),
    ("entry.card-expiration", "shr-debit.ach", put(3, 40, "    ")),
    ("entry.addenda-indicator", "payroll", put(5, 79, "2")),
    ("entry.addenda-missing", "payroll", put(5, 79, "1")),
    ("entry.addenda-missing", "pos-debit.ach", both(drop(4), put(3, 79, "0"))),
    ("entry.addenda-unexpected", "payroll", put(3, 79, "0")),
    ("entry.addenda-too-many", "payroll", repeat(4, 4)),
    ("entry.addenda-count", "ctx-debit.ach", put(3, 55, "0003")),
    ("entry.addenda-count", "ctx-debit.ach", put(3, 55, "   2")),
    ("entry.addenda-count", "iat-credit.ach", put(3, 13, "0008")),
    ("entry.addenda-count", "iat-addenda99.ach", put(3, 13, "    ")),
    ("entry.addenda-count-mandatory", "iat-credit.ach", lambda lines: lines),
    ("entry.trace", "payroll", put(5, 94, "X")),
    ("entry.trace-odfi", "payroll", put(5, 80, "99999999")),
    ("entry.trace-order", "payroll", put(5, 94, "1")),
    ("addenda.outside-entry", "payroll", both(drop(3), put(2, 1, "5"))),
    ("addenda.type", "payroll", put(4, 2, "98")),
    ("addenda.type", "payroll", put(4, 2, "77")),
    ("addenda.sequence", "payroll", put(4, 87, "2")),
    ("addenda.entry-sequence", "payroll", put(4, 94, "9")),
    ("addenda.trace", "return-WEB.ach", put(4, 94, "9")),
    ("iat.addenda-order", "iat-credit.ach", put(5, 2, "12")),
    ("iat.transaction-type", "iat-credit.ach", put(4, 4, "XXX")),
    ("iat.number-qualifier", "iat-credit.ach", put(7, 39, "04")),
    ("iat.number-qualifier", "iat-credit.ach", put(12, 39, "  ")),
    ("return.reason-code", "return-WEB.ach", put(4, 4, "R48")),
    ("return.original-trace", "return-WEB.ach", put(4, 7, " ")),
    ("return.original-trace", "return-WEB.ach", put(4, 7, "0" * 15)),
    ("return.original-rdfi", "return-WEB.ach", put(4, 28, " ")),
    ("return.original-rdfi", "return-WEB.ach", put(4, 28, "0" * 8)),
    ("return.transaction-code", "return-WEB.ach", put(3, 2, "27")),
    ("return.transaction-code", "payroll", put(5, 2, "31")),
    ("return.date-of-death", "return-WEB.ach", put(4, 4, "R15")),
    ("return.return-trace", "contested_addenda.txt", put(4, 39, "   ")),
    ("change.code", "cor-read.ach", put(4, 4, "C15")),
    ("change.original-trace", "cor-read.ach", put(4, 7, "X")),
    ("change.original-trace", "cor-read.ach", put(4, 7, "0" * 15)),
    ("change.original-rdfi", "cor-read.ach", put(4, 28, " " * 8)),
    ("change.corrected-data", "cor-read.ach", put(4, 36, " " * 29)),
    ("batch-control.outside-batch", "payroll", repeat(6, 6)),
    ("batch-control.service-class", "payroll", put(6, 2, "200")),
    ("batch-control.entry-count", "payroll", put(6, 10, "4")),
    ("batch-control.entry-hash", "payroll", put(6, 20, "9")),
    ("batch-control.debit-total", "payroll", put(6, 32, "1")),
    ("batch-control.credit-total", "payroll", put(6, 44, "9")),
    ("batch-control.credit-total", "payroll", put(6, 33, " ")),
    ("batch-control.company-id", "payroll", put(6, 45, "9")),
    ("batch-control.company-id", "payroll", put(6, 45, " " * 10)),
    ("batch-control.odfi", "payroll", put(6, 80, "9")),
    ("batch-control.number", "payroll", put(6, 94, "2")),
    ("file-control.missing", "payroll", drop(7)),
    ("file-control.batch-count", "payroll", put(7, 7, "2")),
    ("file-control.batch-count", "payroll", put(7, 7, " ")),
    ("file-control.batch-count-numbering", "20110805A.ach", lambda lines: lines),
    ("file-control.block-count", "payroll", put(7, 13, "2")),
    ("file-control.block-count", "payroll", put(7, 13, "X")),
    ("file-control.entry-count", "payroll", put(7, 21, "9")),
    ("file-control.entry-hash", "payroll", put(7, 31, "9")),
    ("file-control.debit-total", "payroll", put(7, 43, "1")),
    ("file-control.credit-total", "payroll", put(7, 55, "9")),
    ("file-control.reserved", "payroll", put(7, 94, "0")),
]

LIMITS: list[tuple[str, str, int, Damage]] = [
    ("file.too-large", "MAX_FILE_BYTES", 900, lambda lines: lines),
    ("file.too-many-deviations", "MAX_DEVIATIONS", 1, both(put(3, 1, "X"), put(5, 1, "X"))),
    ("file.too-many-batches", "MAX_BATCHES", 1, repeat(2, 6)),
    ("file.too-many-empty-lines", "MAX_EMPTY_LINES", 1, both(insert(1, ""), insert(1, ""))),
    ("file.too-many-empty-lines", "MAX_EMPTY_LINES", 2, lambda lines: lines),
    ("batch.too-many-records", "MAX_BATCH_RECORDS", 2, lambda lines: lines),
]

ELSEWHERE = {"file.gzip-damaged", "file.too-many-ending-changes", "line.endings-mixed"}
"""Provoked by bytes rather than by lines, below."""


@pytest.fixture
def lines(real: Read, payroll: bytes) -> Callable[[str], list[str]]:
    def of(name: str) -> list[str]:
        content = payroll if name == "payroll" else real(name)
        return content.decode().removesuffix("\n").split("\n")

    return of


def found(report: Report, code: str) -> bool:
    """Whether the report lists the code, as severe and by the rule that the table says."""
    kind = KINDS[code]
    return any(
        (d.code, d.severity, d.rule) == (code, kind.severity, kind.rule) for d in report.deviations
    )


@pytest.mark.parametrize(("code", "name", "damage"), DAMAGES)
def test_a_damage_is_reported_and_an_error_refuses(
    code: str,
    name: str,
    damage: Damage,
    lines: Callable[[str], list[str]],
    surveyed: Survey,
) -> None:
    report = surveyed("\n".join(damage(lines(name))).encode())
    assert found(report, code)
    if KINDS[code].severity == "error":
        assert not report.valid


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("ccd-debit.ach", put(5, 45, " 231380104")),
        ("iat-debit.ach", lambda lines: lines),
        ("return-WEB.ach", lambda lines: lines),
    ],
)
def test_blanks_around_the_company_in_a_control_are_no_deviation(
    name: str, damage: Damage, lines: Callable[[str], list[str]], surveyed: Survey
) -> None:
    report = surveyed("\n".join(damage(lines(name))).encode())
    assert not [d for d in report.deviations if d.code.startswith("batch-control.")]


@pytest.mark.parametrize("line", [4, 5, 6])
def test_a_batch_with_nines_in_it_is_not_readable(
    line: int, lines: Callable[[str], list[str]], surveyed: Survey
) -> None:
    report = surveyed("\n".join(insert(line, NINES)(lines("payroll"))).encode())
    (found_,) = [d for d in report.errors if d.code == "padding.misplaced"]
    assert (found_.line, found_.batch) == (line, 1)
    assert not report.readable_batches


@pytest.mark.parametrize(("code", "limit", "value", "damage"), LIMITS)
def test_what_passes_a_limit_is_said(
    code: str,
    limit: str,
    value: int,
    damage: Damage,
    lines: Callable[[str], list[str]],
    surveyed: Survey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = "\n".join(damage(lines("payroll"))).encode()
    monkeypatch.setattr(limits, limit, value)
    report = surveyed(content)
    assert found(report, code)
    assert not report.valid
    assert not report.readable_batches


def test_damaged_compression_is_reported(payroll: bytes, surveyed: Survey) -> None:
    packed = gzip.compress(payroll)
    assert found(surveyed(packed[:-9]), "file.gzip-damaged")
    assert found(surveyed(packed[:30] + b"\xff" + packed[31:]), "file.gzip-damaged")
    assert found(surveyed(packed + bytes(5) + b"x"), "file.gzip-damaged")


@pytest.mark.parametrize("destination", [" 231380104", "0231380104", "1231380104", "231380104 "])
def test_a_destination_is_nine_digits_or_ten_that_end_with_them(
    destination: str, lines: Callable[[str], list[str]], surveyed: Survey
) -> None:
    report = surveyed("\n".join(put(1, 4, destination)(lines("payroll"))).encode())
    assert not report.deviations


def test_a_batch_counts_the_entries_that_are_readable(
    lines: Callable[[str], list[str]], surveyed: Survey
) -> None:
    for damage, readable in (
        (put(5, 12, "9"), 1),  # the second entry's check digit
        (put(4, 94, "9"), 1),  # the first one's addenda
        (both(put(4, 94, "9"), put(5, 12, "9")), 0),
        (put(2, 51, "XYZ"), 2),  # the header alone
        (put(6, 44, "9"), 2),  # the control alone
    ):
        (batch,) = surveyed("\n".join(damage(lines("payroll"))).encode()).batches
        assert not batch.readable
        assert (batch.readable_entry_count, batch.entry_count) == (readable, 2)


def test_mixed_line_endings_are_reported(payroll: bytes, surveyed: Survey) -> None:
    report = surveyed(payroll.replace(b"\n", b"\r\n", 3))
    assert found(report, "line.endings-mixed")
    assert report.valid


def test_line_endings_that_change_too_often_end_the_reading(
    payroll: bytes, surveyed: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ENDING_CHANGES", 1)
    report = surveyed(payroll.replace(b"\n", b"\r\n", 3))
    assert found(report, "file.too-many-ending-changes")


def test_every_kind_of_deviation_is_provoked() -> None:
    provoked = {code for code, *_ in DAMAGES} | {code for code, *_ in LIMITS} | ELSEWHERE
    assert provoked == set(KINDS)


def test_the_documentation_lists_every_kind_as_the_codec_knows_it() -> None:
    rows = re.findall(
        r"^\| `([^`]+)` \| (\w+) \| (.+?) \| (.+?) \|$", DOCS.read_text(), re.MULTILINE
    )
    listed = {code: (severity, meaning, rule) for code, severity, meaning, rule in rows}
    assert listed == {k.code: (k.severity, k.meaning, k.rule) for k in KINDS.values()}


FIELDS: list[tuple[str, list[str], Damage]] = [
    ("line.character", ["name"], put(3, 60, "\x07")),
    ("line.character", ["account", "name"], both(put(3, 14, "\x07\x07"), put(3, 60, "\x07"))),
    ("line.character", ["payment_information"], put(4, 9, "\x07")),
    ("line.character", ["company_name"], put(2, 6, "\xe9")),
    ("line.character", ["total_debit"], put(6, 22, "\xe9")),
    ("line.character", ["reserved"], put(7, 60, "\xe9")),
    ("line.too-long", ["trace"], lengthen(3, "x")),
    ("line.trailing-blanks", ["trace"], lengthen(3, "  ")),
    ("line.too-short", ["batch_number"], shorten(6, 90)),
    ("line.too-short", ["odfi"], shorten(6, 79)),
    ("line.trimmed", ["immediate_origin_name"], shorten(1, 64)),
    ("line.trimmed", ["reserved"], shorten(7, 60)),
    ("line.blank", ["record_type"], insert(3, "")),
    ("entry.outside-batch", ["record_type"] * 2, drop(2)),
    ("file-control.missing", ["record_type"], drop(7)),
    ("padding.missing", ["record_type"], drop(9)),
]


@pytest.mark.parametrize(("code", "fields", "damage"), FIELDS)
def test_a_deviation_names_each_field_at_fault_once(
    code: str,
    fields: list[str],
    damage: Damage,
    lines: Callable[[str], list[str]],
    surveyed: Survey,
) -> None:
    report = surveyed("\n".join(damage(lines("payroll"))).encode())
    assert [d.field for d in report.deviations if d.code == code] == fields


def test_every_deviation_has_a_line_and_a_field(
    lines: Callable[[str], list[str]], surveyed: Survey
) -> None:
    files = sorted(p for p in DATA.iterdir() if p.suffix in (".ach", ".txt"))
    contents = [path.read_bytes() for path in files]
    contents += ["\n".join(damage(lines(name))).encode() for _, name, damage in DAMAGES]
    contents += [b"", b"\n", b"\x1a", b"\x1f\x8b", b"\xff" * 500]
    for content in contents:
        for deviation in surveyed(content).deviations:
            assert deviation.line >= 1
            assert deviation.field


def test_an_empty_file_is_at_fault_in_its_first_line(surveyed: Survey) -> None:
    (empty,) = surveyed(b"").deviations
    assert (empty.code, empty.line, empty.field) == ("file.empty", 1, "record_type")


def test_messages_are_sentences_and_name_no_person_or_account(
    lines: Callable[[str], list[str]], surveyed: Survey
) -> None:
    for _, name, damage in DAMAGES:
        for deviation in surveyed("\n".join(damage(lines(name))).encode()).deviations:
            assert deviation.message.endswith(".")
            assert "744-" not in deviation.message
            assert "ACME" not in deviation.message
