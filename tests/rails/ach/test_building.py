"""Files built from values are right, and values that do not fit are not written."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from culm.rails.ach.addenda import (
    ChangeAddenda,
    ContestedReturnAddenda,
    DishonoredReturnAddenda,
    PaymentAddenda,
    ReturnAddenda,
)
from culm.rails.ach.entry import Entry
from culm.rails.ach.layout import FieldError, Record, compose, fields
from culm.rails.ach.new_file import (
    ChangeNotice,
    ContestNotice,
    DishonorNotice,
    NewAddenda,
    NewBatch,
    NewEntry,
    NewFile,
    PaymentText,
    ReturnNotice,
)
from culm.rails.ach.reader import Reader
from culm.rails.ach.records import FileHeader, Filler, Stray
from culm.rails.ach.report import Report
from culm.rails.ach.survey import entries

Write = Callable[[NewFile], bytes]
Survey = Callable[[bytes], Report]


def file_of(*batches: NewBatch) -> NewFile:
    return NewFile("231380104", "121042882", date(2026, 3, 2), batches)


def batch_of(sec: str, *listed: NewEntry) -> NewBatch:
    return NewBatch(sec, "ACME", "1210428822", "PAYMENT", date(2026, 3, 3), "12104288", listed)


def entry(code: str, amount: int, *addenda: NewAddenda, notes: str = "") -> NewEntry:
    return NewEntry(
        code, "231380104", "744-1", amount, "B", discretionary_data=notes, addenda=addenda
    )


RETURN = ReturnNotice("R01", "121042880000001", "23138010", "no funds")
CHANGE = ChangeNotice("C01", "121042880000001", "23138010", "744-2")

DISHONOR = DishonorNotice(
    "R68", "121042880000001", "23138010", "231380100000009", date(2026, 3, 12), "R01", "too late"
)
CONTEST = ContestNotice(
    "R73",
    "121042880000001",
    "23138010",
    date(2026, 3, 4),
    date(2026, 3, 3),
    "231380100000009",
    date(2026, 3, 12),
    "R01",
    "121042880000007",
    date(2026, 3, 13),
    "R68",
)

BATCHES: list[tuple[str, NewBatch]] = [
    ("credits", batch_of("PPD", entry("22", 5), entry("32", 7, PaymentText("hello")))),
    ("debits", batch_of("CCD", entry("27", 5, PaymentText("inv. 1")), entry("37", 7))),
    ("both", batch_of("PPD", entry("22", 5), entry("27", 7))),
    ("web", batch_of("WEB", entry("27", 5, notes="S"), entry("27", 7, notes="R"))),
    ("tel", batch_of("TEL", entry("27", 5))),
    ("prenotes", batch_of("PPD", entry("23", 0), entry("38", 0))),
    ("remittance", batch_of("CCD", entry("24", 0, PaymentText("paid elsewhere")))),
    ("many addenda", batch_of("CTX", entry("22", 9, *(PaymentText(str(n)) for n in range(30))))),
    ("returns", batch_of("PPD", entry("26", 5, RETURN), entry("21", 7, RETURN))),
    ("dishonoured", batch_of("PPD", entry("21", 7, DISHONOR))),
    ("contested", batch_of("PPD", entry("21", 7, CONTEST))),
    ("changes", batch_of("COR", entry("21", 0, CHANGE))),
    ("acknowledgements", batch_of("ACK", entry("24", 0))),
]


@pytest.mark.parametrize(("name", "batch"), BATCHES)
def test_a_built_file_reads_as_valid_without_remarks(
    name: str, batch: NewBatch, written: Write, surveyed: Survey
) -> None:
    report = surveyed(written(file_of(batch, batch)))
    assert not report.deviations, name
    assert [b.entry_count for b in report.batches] == [len(batch.entries)] * 2


def test_a_batch_takes_the_service_class_of_its_sides(written: Write, surveyed: Survey) -> None:
    batches = dict(BATCHES)
    three = file_of(batches["credits"], batches["debits"], batches["both"])
    report = surveyed(written(three))
    assert [b.header.service_class for b in report.batches] == ["220", "225", "200"]


def test_a_file_is_filled_to_whole_blocks(written: Write) -> None:
    for count in range(1, 15):
        lines = written(file_of(batch_of("PPD", *[entry("22", 1)] * count))).splitlines()
        assert len(lines) % 10 == 0
        assert {len(line) for line in lines} == {94}


def test_addenda_say_what_they_were_given(written: Write) -> None:
    kinds = dict(BATCHES)
    content = written(file_of(kinds["credits"], kinds["returns"], kinds["changes"]))
    addenda = [a for e in Reader(io.BytesIO(content)) if isinstance(e, Entry) for a in e.addenda]
    text, returned, _, change = addenda
    assert isinstance(text, PaymentAddenda)
    assert text.payment_information.rstrip() == "hello"
    assert isinstance(returned, ReturnAddenda)
    assert (returned.reason_code, returned.information.rstrip()) == ("R01", "no funds")
    assert isinstance(change, ChangeAddenda)
    assert change.corrected_data.rstrip() == "744-2"


def test_a_dispute_over_a_return_says_what_it_is_about(written: Write) -> None:
    kinds = dict(BATCHES)
    content = written(file_of(kinds["dishonoured"], kinds["contested"]))
    addenda = [a for e in Reader(io.BytesIO(content)) if isinstance(e, Entry) for a in e.addenda]
    dishonored, contested = addenda
    assert isinstance(dishonored, DishonoredReturnAddenda)
    assert dishonored.return_trace == "231380100000009"
    assert (dishonored.return_settlement_date, dishonored.return_reason_code) == ("071", "01")
    assert isinstance(contested, ContestedReturnAddenda)
    assert contested.original_return_date == "260304"
    assert contested.dishonored_trace == "121042880000007"
    assert (contested.dishonored_settlement_date, contested.dishonored_reason_code) == ("072", "68")


def test_an_entry_can_keep_the_sequence_number_it_had(written: Write, surveyed: Survey) -> None:
    numbered = msgspec.structs.replace(entry("22", 5), sequence_number=42)
    content = written(file_of(batch_of("PPD", numbered, entry("22", 6))))
    traces = [e.detail.trace for e in entries(io.BytesIO(content), surveyed(content))]
    assert traces == ["121042880000042", "121042880000043"]


@pytest.mark.parametrize("sec", ["CCD", "CTX"])
@pytest.mark.parametrize("code", ["24", "29", "34", "39"])
def test_an_entry_without_money_is_there_for_its_addenda(
    sec: str, code: str, written: Write, surveyed: Survey
) -> None:
    with_text = surveyed(written(file_of(batch_of(sec, entry(code, 0, PaymentText("paid"))))))
    without = surveyed(written(file_of(batch_of(sec, entry(code, 0)))))
    assert with_text.valid
    assert [d.code for d in without.errors] == ["entry.addenda-missing"]


@pytest.mark.parametrize(
    ("sec", "most"), [("ARC", 2_500_000), ("BOC", 2_500_000), ("RCK", 250_000)]
)
def test_a_cheque_may_be_of_so_much_and_no_more(
    sec: str, most: int, written: Write, surveyed: Survey
) -> None:
    for amount, codes in ((most, []), (most + 1, ["entry.amount-limit"])):
        cheque = NewEntry("27", "231380104", "744-1", amount, "B", identification="1001")
        batch = msgspec.structs.replace(batch_of(sec, cheque), entry_description="REDEPCHECK")
        report = surveyed(written(file_of(batch)))
        assert [d.code for d in report.deviations] == codes


@pytest.mark.parametrize(
    "wrong",
    [
        batch_of("PPD", entry("22", -1)),
        batch_of("PPD", entry("22", 10**10)),
        batch_of("PPD", NewEntry("22", "231380105", "744", 1, "A")),
        batch_of("PPD", NewEntry("22", "2313801", "744", 1, "A")),
        batch_of("PPD", NewEntry("22", "231380104", "7" * 18, 1, "A")),
        batch_of("PPD", NewEntry("22", "231380104", "744", 1, "Zoë")),
        batch_of("PPD", NewEntry("22", "231380104", "744", 1, "A\nB")),
        batch_of("PPD", entry("22", 1, PaymentText("x" * 81))),
        batch_of("IAT", entry("22", 1)),
        batch_of("???", entry("22", 1)),
    ],
)
def test_a_value_that_does_not_fit_is_not_written(wrong: NewBatch, written: Write) -> None:
    with pytest.raises(FieldError):
        written(file_of(wrong))


def every_record_type(base: type[Record] = Record) -> list[type[Record]]:
    return [base, *(t for one in base.__subclasses__() for t in every_record_type(one))]


def leaves() -> list[type[Record]]:
    return [t for t in every_record_type() if not t.__subclasses__() and t not in (Filler, Stray)]


@pytest.mark.parametrize("record_type", leaves(), ids=lambda t: t.__name__)
def test_a_layout_covers_every_column_once(record_type: type[Record]) -> None:
    covered = [c for f in fields(record_type) for c in range(f.start, f.end + 1)]
    # An IAT addenda of an institution leaves its type to the one that composes it.
    assert covered == list(range(1, 95))


def test_a_field_reads_its_columns_and_keeps_its_blanks() -> None:
    header = compose(FileHeader, immediate_origin=" 121042882", file_creation_date="260302")
    assert header.immediate_origin == " 121042882"
    assert header.created_on == date(2026, 3, 2)
    assert header.created_at is None
    trimmed = FileHeader(header.text.rstrip())
    assert trimmed.reference_code == " " * 8


def test_a_record_has_no_field_that_its_layout_does_not_name() -> None:
    with pytest.raises(FieldError, match="has no field colour"):
        compose(FileHeader, colour="blue")
