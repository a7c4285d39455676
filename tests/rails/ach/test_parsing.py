"""A line becomes the record type that its first character, its class and its codes call for."""

from __future__ import annotations

import pytest

from culm.rails.ach import addenda, entry_details, iat_addenda, parse, records
from culm.rails.ach.sec_codes import IAT_COR, SECS


@pytest.mark.parametrize(
    ("start", "sec", "record_type"),
    [
        ("705", "CTX", addenda.PaymentAddenda),
        ("702", "POS", addenda.TerminalAddenda),
        ("702", "MTE", addenda.MachineAddenda),
        ("798C01", "COR", addenda.ChangeAddenda),
        ("798C61", "COR", addenda.RefusedChangeAddenda),
        ("799R01", "PPD", addenda.ReturnAddenda),
        ("799R01", "IAT", addenda.IatReturnAddenda),
        ("799R61", "PPD", addenda.DishonoredReturnAddenda),
        ("799R68", "IAT", addenda.DishonoredReturnAddenda),
        ("799R73", "PPD", addenda.ContestedReturnAddenda),
        ("799r61", "PPD", addenda.DishonoredReturnAddenda),
        ("799r73", "PPD", addenda.ContestedReturnAddenda),
        ("798c61", "COR", addenda.RefusedChangeAddenda),
        ("710", "IAT", iat_addenda.IatTransactionAddenda),
        ("713", "IAT", iat_addenda.IatInstitutionAddenda),
        ("718", "IAT", iat_addenda.IatCorrespondentAddenda),
        ("777", "PPD", addenda.AddendaRecord),
    ],
)
def test_an_addenda_is_of_the_type_that_its_codes_say(
    start: str, sec: str, record_type: type[addenda.AddendaRecord]
) -> None:
    assert type(parse.addenda(start.ljust(94), 1, 1, SECS[sec])) is record_type


def header(sec: str, indicator: str = "") -> records.BatchHeaderRecord:
    return parse.batch_header(f"5220{indicator:46}{sec}".ljust(94), 1, 1)


def test_a_batch_of_international_entries_has_its_own_header_and_entries() -> None:
    international = header("IAT")
    assert isinstance(international, records.IatBatchHeader)
    sec = parse.sec_of(international)
    assert parse.entry_type(sec) is entry_details.IatEntryDetail


def test_a_change_to_an_international_entry_is_told_by_its_header() -> None:
    assert parse.sec_of(header("COR", "IATCOR")) is IAT_COR
    assert parse.sec_of(header("cor", "iatcor")) is IAT_COR
    assert parse.sec_of(header("COR")) is SECS["COR"]


def test_an_unknown_class_is_read_in_the_plain_layout() -> None:
    assert parse.sec_of(header("XYZ")) is None
    assert parse.entry_type(None) is entry_details.EntryDetail


def test_accounting_advices_have_their_own_control() -> None:
    assert type(parse.batch_control("8280".ljust(94), 1, 1, SECS["ADV"])) is records.AdvBatchControl
    assert type(parse.batch_control("8200".ljust(94), 1, 1, SECS["PPD"])) is records.BatchControl
