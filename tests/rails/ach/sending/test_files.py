"""A window closes, becomes batches and a file, and the file is at the bank: once."""

from __future__ import annotations

import io
from typing import Any

from culm.rails.ach import survey
from culm.rails.ach.files import events
from culm.rails.ach.report import Report
from tests.rails.ach.sending.desk import ANN, BANK, Balance
from tests.rails.ach.sending.world import World


def read(data: bytes) -> tuple[Report, list[Any]]:
    """A file's report, and its entries."""
    report = survey.survey(io.BytesIO(data))
    assert not report.errors, report.errors
    return report, list(survey.entries(io.BytesIO(data), report))


async def test_at_the_cut_off_a_file_is_at_the_bank_that_it_finds_nothing_wrong_with(
    world: World,
) -> None:
    world.bank = None
    first = await world.pay("111", 12_345, identification="A-1", description="PAYROLL")
    second = await world.pay("333", 700, direction="debit", sec="WEB", description="TOPUP")
    await world.until("2026-03-02", "19:59")
    assert not world.files()
    await world.until("2026-03-02", "20:00")
    (path,) = world.files()
    report, entries = read(path.read_bytes())
    header = report.header
    assert header is not None
    assert header.immediate_destination.strip() == "990000000"
    assert (header.file_creation_date, header.file_creation_time) == ("260302", "2000")
    assert [batch.header.sec for batch in report.batches] == ["PPD", "WEB"]
    assert {batch.header.effective_entry_date for batch in report.batches} == {"260303"}
    assert [e.detail.transaction_code for e in entries] == ["22", "27"]
    assert [e.detail.trace for e in entries] == ["990000000000001", "990000000000002"]
    assert [e.detail.account_number for e in entries] == ["111", "333"]
    assert entries[0].detail.amount_minor == 12_345
    assert entries[0].detail.text[39:76].split() == ["A-1", "Ann", "Doe"]
    (cut,) = await world.facts_of(events.FileCut)
    assert path.name == cut.name
    assert (cut.credit, cut.debit, cut.entries) == ("12345", "700", 2)
    assert [(await world.transfer(one)).trace for one in (first, second)] == [
        e.detail.trace for e in entries
    ]
    assert [type(e) for e in await world.log() if type(e).__name__.startswith("File")] == [
        events.FileCut,
        events.FileSending,
        events.FileSent,
    ]


async def test_entries_agreed_to_online_or_by_telephone_say_whether_they_are_one_of_several(
    world: World,
) -> None:
    world.bank = None
    said = {}
    for sec in ("PPD", "CCD", "WEB", "TEL"):
        for recurring in (False, True):
            transfer = await world.pay("111", direction="debit", sec=sec, recurring=recurring)
            said[transfer] = {"WEB": "SR", "TEL": "SR"}.get(sec, "  ")[recurring]
    await world.until("2026-03-02", "20:00")
    (path,) = world.files()
    _, entries = read(path.read_bytes())
    found = {entry.detail.trace: entry.detail.discretionary_data for entry in entries}
    for transfer, code in said.items():
        assert found[(await world.transfer(transfer)).trace] == f"{code} "


async def test_an_accepted_file_settles_at_its_time(world: World) -> None:
    out = await world.pay("111", 10_000)
    into = await world.pay("222", 4_000, direction="debit")
    await world.until("2026-03-02", "20:00")
    await world.until("2026-03-03", "08:29")
    assert (await world.transfer(out)).state == "batched"
    assert await world.balance(ANN) == Balance(100_000, 4_000, 10_000)
    await world.until("2026-03-03", "08:30")
    assert [(await world.transfer(one)).state for one in (out, into)] == ["settled"] * 2
    assert await world.balance(ANN) == Balance(94_000)
    assert await world.balance(BANK) == Balance(-6_000)
