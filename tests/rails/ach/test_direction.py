"""Which way an entry moves the originator's money."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from culm.rails.ach import parse
from culm.rails.ach.entry import Entry
from culm.rails.ach.entry_details import EntryDetail
from culm.rails.ach.layout import compose
from culm.rails.ach.report import Report
from culm.rails.ach.survey import entries
from culm.rails.ach.transaction_codes import CODES

DIRECTIONS = {
    **dict.fromkeys(("22", "32", "42", "52"), "out"),
    **dict.fromkeys(("27", "37", "47", "55"), "in"),
    **dict.fromkeys(("21", "31", "41", "51"), "in"),
    **dict.fromkeys(("26", "36", "46", "56"), "out"),
}


def entry(code: str, amount: int, sec: str = "PPD", reason: str | None = None) -> Entry:
    detail = compose(EntryDetail, transaction_code=code, amount=amount)
    addenda = parse.addenda(f"799{reason}".ljust(94), 0, 0, None)
    return Entry(detail, (addenda,) if reason else (), sec)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_transaction_code_moves_money_one_way_or_not_at_all(code: str) -> None:
    assert entry(code, 5).direction == DIRECTIONS.get(code)


@pytest.mark.parametrize("sec", ["ACK", "ADV", "ATX", "COR", "DNE", "ENR"])
def test_classes_that_carry_no_money_move_none(sec: str) -> None:
    assert entry("22", 5, sec).direction is None


def test_no_amount_moves_nothing() -> None:
    assert entry("26", 0).direction is None


@pytest.mark.parametrize(
    ("code", "reason", "direction"),
    [
        ("21", "R03", "in"),  # a payment comes back
        ("21", "R61", "out"),  # its return is dishonoured: it stays paid
        ("21", "r61", "out"),
        ("21", "R73", "in"),  # the dishonour is contested: it comes back after all
        ("26", "R01", "out"),
        ("26", "R68", "in"),
        ("26", "R72", "out"),
    ],
)
def test_a_dishonour_undoes_a_return_and_a_contest_undoes_the_dishonour(
    code: str, reason: str, direction: str
) -> None:
    assert entry(code, 5, reason=reason).direction == direction


def flows(content: bytes, report: Report) -> list[tuple[str | None, int]]:
    return [(e.direction, e.amount_minor) for e in entries(io.BytesIO(content), report)]


@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("ppd-credit.ach", [("out", 100_000_000)]),
        ("ccd-debit.ach", [("in", 500_000), ("in", 125)]),
        ("ctx-debit.ach", [("in", 100_000_000)]),
        ("return-WEB.ach", [("out", 12_354), ("in", 4_565)]),
        ("cor-read.ach", [(None, 0)]),
        ("ack-read.ach", [(None, 0)] * 2),
        ("adv-read.ach", [(None, 50_000), (None, 250_000)]),
        ("NACHA_SAMPLE_TEL_REVERSAL.ach", [("out", 685_100), ("in", 685_100)]),
        ("contested_addenda.txt", [("in", 1_560)]),
        ("iat-debit.ach", [("in", 100_000)]),
    ],
)
def test_real_files_move_what_they_say(
    name: str,
    moved: list[tuple[str | None, int]],
    real: Callable[[str], bytes],
    surveyed: Callable[[bytes], Report],
) -> None:
    content = real(name)
    assert flows(content, surveyed(content)) == moved
