"""The sandbox bank takes files, judges them, and answers each once."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from culm.kernel import held
from culm.rails.ach.addenda import ChangeAddenda, ContestedReturnAddenda, ReturnAddenda
from culm.rails.ach.new_file import DishonorNotice, NewFile
from culm.sandbox.bank import bank
from tests.sandbox.counter import (
    MONDAY,
    ODFI,
    RDFI,
    Counter,
    at,
    batch,
    dispute,
    entries,
    entry,
    file_of,
    text,
)

TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)
NOON = at(MONDAY, "12:00")
LONG = at(date(2026, 8, 3), "12:00")


def test_a_good_file_is_accepted_and_paid(counter: Counter) -> None:
    counter.hand_in("one.ach", file_of(batch(entries("744-1", "744-2"))))
    assert counter.bank.advance(NOON) == ["one.ach.ack.json"]
    said = counter.acknowledged("one.ach")
    assert (said.verdict, said.code, said.received) == ("accepted", "", at(MONDAY, "09:30"))
    assert [(one.number, one.verdict) for one in said.batches] == [(1, "accepted")]
    first, second = counter.ledger().paid
    assert (first.side, first.amount_minor, first.trace) == ("credit", 12_500, "990000000000001")
    assert first.settles == second.settles == at(TUESDAY, "08:30")
    assert counter.bank.advance(LONG) == []


def test_an_acknowledgement_names_what_was_received(counter: Counter) -> None:
    content = text(file_of(batch(entries("744-1"))))
    counter.hand_in("one.ach", content)
    counter.bank.advance(NOON)
    said = json.loads((counter.directory / "out" / "one.ach.ack.json").read_text())
    assert said["file"] == "one.ach"
    assert said["sha256"] == hashlib.sha256(content).hexdigest()
    assert set(said) >= {"file", "sha256", "verdict", "code", "reason", "received", "batches"}


def test_a_file_stands_until_its_acknowledgement_lies_there(counter: Counter) -> None:
    counter.hand_in("one.ach", file_of(batch(entries("9700000004"))))
    assert counter.bank.advance(at(MONDAY, "09:31")) == []
    assert (counter.directory / "in" / "one.ach").exists()
    assert not counter.bank.has_arrivals()
    assert counter.bank.advance(at(MONDAY, "10:30")) == ["one.ach.ack.json"]
    assert (counter.directory / "in" / "done" / "one.ach").exists()
    assert not (counter.directory / "in" / "one.ach").exists()


def test_a_file_under_a_name_that_does_not_count_is_not_there(counter: Counter) -> None:
    counter.hand_in("one.ach.part", file_of(batch(entries("744-1"))))
    counter.hand_in(".one.ach", file_of(batch(entries("744-1"))))
    counter.hand_in("\xe9.ach", file_of(batch(entries("744-1"))))
    counter.hand_in("one" * 80, file_of(batch(entries("744-1"))))
    assert not counter.bank.has_arrivals()
    assert counter.bank.advance(NOON) == []


def _damaged(new: NewFile, line: int, column: int, character: str) -> bytes:
    lines = text(new).decode().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1][: column - 1] + character + lines[line - 1][column:]
    return "".join(lines).encode()


GOOD = file_of(batch(entries("744-1", "744-2")))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"Dear bank, please pay Ada.\n", "file-header.missing"),
        (b"\x00\xff" * 500, "file-header.missing"),
        (_damaged(GOOD, 1, 26, "9"), "file-header.creation-date"),
        (_damaged(GOOD, 6, 55, "9"), "file-control.credit-total"),
        (_damaged(GOOD, 6, 21, "9"), "file-control.entry-count"),
        (_damaged(GOOD, 3, 12, "9"), "entry.check-digit"),
        (text(GOOD)[: 94 * 4], "file-control.missing"),
    ],
)
def test_what_is_no_file_or_has_wrong_totals_is_refused(
    counter: Counter, content: bytes, code: str
) -> None:
    counter.hand_in("bad.ach", content)
    counter.bank.advance(NOON)
    said = counter.acknowledged("bad.ach")
    assert (said.verdict, said.code) == ("rejected", code)
    assert said.reason
    assert counter.ledger().paid == []
    assert (counter.directory / "in" / "done" / "bad.ach").exists()


@pytest.mark.parametrize("field", ["origin", "modifier", "origin name"])
def test_a_file_that_is_no_text_is_answered_and_holds_up_no_other(
    counter: Counter, field: str
) -> None:
    content = bytearray(text(file_of(batch(entries("744-1")))))
    content[{"origin": 15, "modifier": 33, "origin name": 65}[field]] = 0xE9
    counter.hand_in("bad.ach", bytes(content))
    counter.hand_in("good.ach", file_of(batch(entries("744-1"))))
    assert counter.bank.advance(NOON) == ["bad.ach.ack.json", "good.ach.ack.json"]
    assert counter.acknowledged("bad.ach").verdict == "rejected"
    assert counter.acknowledged("good.ach").verdict == "accepted"


def test_a_batch_that_is_wrong_is_refused_and_the_others_are_paid(counter: Counter) -> None:
    two = file_of(batch(entries("744-1")), batch(entries("744-2", first=2)))
    counter.hand_in("two.ach", _damaged(two, 3, 12, "9"))
    counter.bank.advance(NOON)
    said = counter.acknowledged("two.ach")
    assert said.verdict == "accepted"
    assert [(one.verdict, one.code) for one in said.batches] == [
        ("rejected", "entry.check-digit"),
        ("accepted", ""),
    ]
    assert [one.trace for one in counter.ledger().paid] == ["990000000000002"]


def test_test_accounts_have_a_file_or_a_batch_refused(counter: Counter) -> None:
    counter.hand_in("file.ach", file_of(batch(entries("744-1", "9700000001"))))
    refused = (batch(entries("744-1", "9700000005")), batch(entries("744-2", first=3)))
    counter.hand_in("batch.ach", file_of(*refused, mod="B"))
    counter.bank.advance(NOON)
    assert counter.acknowledged("file.ach").code == "test_account"
    said = counter.acknowledged("batch.ach")
    assert [one.verdict for one in said.batches] == ["rejected", "accepted"]
    assert [one.trace for one in counter.ledger().paid] == ["990000000000003"]


def test_a_file_that_comes_again_is_refused_and_counted(counter: Counter) -> None:
    content = file_of(batch(entries("744-1", "990000001")))
    counter.hand_in("one.ach", content)
    counter.bank.advance(NOON)
    counter.hand_in("one.ach", content)
    counter.hand_in("two.ach", content)
    counter.bank.advance(NOON)
    assert counter.acknowledged("one.ach").verdict == "accepted"
    for again in (counter.acknowledged("one.ach.2"), counter.acknowledged("two.ach")):
        assert (again.verdict, again.code) == ("rejected", "duplicate")
        assert again.original is not None
        assert (again.original.file, again.original.verdict) == ("one.ach", "accepted")
    assert counter.ledger().duplicates == 2
    assert len(counter.ledger().paid) == 2
    counter.bank.advance(LONG)
    assert len(counter.answers()) == 1


def test_another_file_with_the_identity_of_one_that_was_accepted_is_refused(
    counter: Counter,
) -> None:
    counter.hand_in("one.ach", file_of(batch(entries("744-1"))))
    counter.bank.advance(NOON)
    counter.hand_in("two.ach", file_of(batch(entries("744-1", "744-2"))))
    counter.bank.advance(NOON)
    assert counter.acknowledged("two.ach").code == "duplicate_id"
    counter.hand_in("three.ach", file_of(batch(entries("744-1", "744-2")), mod="B"))
    counter.bank.advance(NOON)
    assert counter.acknowledged("three.ach").verdict == "accepted"
    assert counter.ledger().paid_twice == ["990000000000001"]


def test_a_refused_file_may_come_again_in_order(counter: Counter) -> None:
    counter.hand_in("one.ach", _damaged(GOOD, 6, 55, "9"))
    counter.bank.advance(NOON)
    counter.hand_in("one.ach", GOOD)
    counter.bank.advance(NOON)
    assert counter.acknowledged("one.ach").verdict == "rejected"
    assert counter.acknowledged("one.ach.2").verdict == "accepted"


@pytest.mark.parametrize(
    ("account", "code", "reason", "due"),
    [
        ("990000001", "22", "R01", at(WEDNESDAY, "09:00")),
        ("990000002", "27", "R02", at(WEDNESDAY, "09:00")),
        ("990000014", "32", "R14", at(WEDNESDAY, "09:00")),
        ("990000010", "27", "R10", at(date(2026, 4, 2), "09:00")),
        ("991000001", "27", "R01", at(date(2026, 3, 9), "09:00")),
        ("991000010", "37", "R10", at(date(2026, 5, 18), "09:00")),
        ("992000003", "22", "R03", at(MONDAY, "09:45")),
    ],
)
def test_a_test_account_returns_its_entry_at_its_time(
    counter: Counter, account: str, code: str, reason: str, due: object
) -> None:
    counter.hand_in("one.ach", file_of(batch(entries(account, "744", code=code))))
    counter.bank.advance(at(MONDAY, "09:30"))
    assert counter.bank.next_due() == due
    assert counter.bank.next_due() is not None
    counter.bank.advance(counter.bank.next_due() or NOON)
    (returned,) = counter.answers()
    addenda = returned.returned
    assert isinstance(addenda, ReturnAddenda)
    assert (addenda.reason, addenda.original_trace) == (reason, "990000000000001")
    assert addenda.original_rdfi == RDFI[:8]
    assert returned.detail.transaction_code == code[0] + ("1" if code[1] == "2" else "6")
    assert returned.detail.routing_number == ODFI
    assert returned.detail.account_number == account
    assert (returned.amount_minor, returned.sec) == (12_500, "PPD")
    assert counter.bank.advance(LONG) == []
    assert [one.returned for one in counter.ledger().paid] == [1, 0]


def test_a_return_can_be_wrong_in_itself(counter: Counter) -> None:
    counter.hand_in("one.ach", file_of(batch(entries("993000001", "994000001", "995000001"))))
    counter.bank.advance(LONG)
    found = sorted(
        (a.original_trace, one.amount_minor)
        for one in counter.answers()
        if isinstance(a := one.returned, ReturnAddenda)
    )
    assert found == [
        ("990000000000001", 12_500),
        ("990000000000001", 12_500),
        ("990000000000003", 12_503),
        ("990000009999997", 12_501),
    ]


def test_codes_that_no_receiver_may_use_are_accounts_like_others(counter: Counter) -> None:
    accounts = ("990000061", "990000099", "990000054", "980000008", "9900000010", "99000001")
    counter.hand_in("one.ach", file_of(batch(entries(*accounts))))
    counter.bank.advance(LONG)
    assert counter.answers() == []


@pytest.mark.parametrize(
    ("account", "change", "corrected"),
    [
        ("980000001", "C01", "8800000001"),
        ("980000002", "C02", "990000013"),
        ("980000003", "C03", "990000013   8800000003"),
        ("980000005", "C05", "32"),
        ("980000006", "C06", "8800000006          32"),
        ("980000007", "C07", "9900000138800000007       32"),
        ("980000009", "C09", "CORRECTED-ID"),
    ],
)
def test_a_notification_of_change_says_what_to_correct(
    counter: Counter, account: str, change: str, corrected: str
) -> None:
    counter.hand_in("one.ach", file_of(batch(entries(account))))
    assert counter.bank.advance(at(WEDNESDAY, "08:59")) == ["one.ach.ack.json"]
    assert counter.bank.advance(at(WEDNESDAY, "09:00")) == ["20260304-0900-changes-1.ach"]
    (said,) = counter.answers()
    (addenda,) = said.addenda
    assert isinstance(addenda, ChangeAddenda)
    assert (said.sec, said.amount_minor) == ("COR", 0)
    assert (addenda.change_code, addenda.original_trace) == (change, "990000000000001")
    assert addenda.corrected_data.rstrip() == corrected
    assert counter.ledger().paid[0].returned == 0


def test_answers_that_are_due_together_leave_in_one_file(counter: Counter) -> None:
    listed = entries("990000001", "990000002", "744", "980000001")
    other = batch((entry("990000003", sequence=5),), effective=WEDNESDAY)
    counter.hand_in("one.ach", file_of(batch(listed), other))
    counter.bank.advance(LONG)
    names = [name for name, _ in counter.take()]
    assert names == [
        "20260304-0900-changes-1.ach",
        "20260304-0900-returns-2.ach",
        "20260305-0900-returns-1.ach",
    ]


def _dishonor(returned: str, reason: str = "R68") -> NewFile:
    notice = DishonorNotice(
        reason, "990000000000001", RDFI[:8], returned, date(2026, 3, 9), "R01", "LATE"
    )
    return file_of(dispute(notice), day=date(2026, 3, 10), wall="16:00")


@pytest.mark.parametrize(
    ("account", "day", "contested"),
    [
        ("991000001", date(2026, 3, 10), None),
        ("991000301", date(2026, 3, 10), "R73"),
        ("991000701", date(2026, 3, 10), "R77"),
        ("991000001", date(2026, 3, 17), "R72"),
    ],
)
def test_a_dishonoured_return_is_contested_where_the_account_asks_or_it_is_too_late(
    counter: Counter, account: str, day: date, contested: str | None
) -> None:
    counter.hand_in("one.ach", file_of(batch(entries(account))))
    counter.bank.advance(at(date(2026, 3, 9), "09:00"))
    (returned,) = counter.answers()
    counter.hand_in(
        "two.ach",
        file_of(*_dishonor(returned.detail.trace).batches, day=day, wall="16:00"),
    )
    counter.bank.advance(at(day, "16:00"))
    assert counter.acknowledged("two.ach").verdict == "accepted"
    counter.bank.advance(at(day + timedelta(days=1), "09:00"))
    said = [one.returned for one in counter.answers()]
    if contested is None:
        assert said == []
        return
    (addenda,) = said
    assert isinstance(addenda, ContestedReturnAddenda)
    assert (addenda.reason, addenda.return_trace) == (contested, returned.detail.trace)
    assert addenda.original_trace == "990000000000001"
    assert (addenda.original_return_date, addenda.dishonored_reason_code) == ("260309", "68")
    assert [one.trace for one in counter.ledger().paid] == ["990000000000001"]


def test_a_dishonour_of_what_was_never_returned_is_passed_over(counter: Counter) -> None:
    counter.hand_in("two.ach", _dishonor("021200020000777"))
    counter.bank.advance(LONG)
    assert counter.acknowledged("two.ach").verdict == "accepted"
    assert counter.answers() == []


def test_a_bank_that_dies_at_any_moment_answers_once(tmp_path: Path) -> None:
    """Whatever step it dies in, the next process puts the same files there, and no others."""
    whole = Counter(tmp_path / "whole")
    content = file_of(batch(entries("744-1", "990000001", "980000001")))
    whole.hand_in("one.ach", content)
    whole.bank.advance(LONG)
    expected = {path.name: path.read_bytes() for path in (tmp_path / "whole/out").glob("*.*")}
    assert len(expected) == 3
    whole.bank.close()
    for step in range(9):
        counter = Counter(tmp_path / str(step))
        counter.hand_in("one.ach", content)
        _die_after(counter.bank, step)
        for _ in range(2):
            counter.restart()
            counter.bank.advance(LONG)
        found = {path.name: path.read_bytes() for path in (counter.directory / "out").glob("*.*")}
        assert found == expected, step
        assert len(counter.ledger().paid) == 3
        assert counter.ledger().duplicates == 0
        counter.bank.close()


class _DeadError(BaseException):
    """The process is gone."""


def _die_after(one: bank.Bank, steps: int) -> None:
    """Let the bank work until it is about to change its directory once more than that often, or,
    for every other number, has just done so; and die."""
    changes, just_after = divmod(steps, 2)
    made = 0

    def dying(change: Callable[..., None]) -> Callable[..., None]:
        def step(*said: object) -> None:
            nonlocal made
            if made == changes and not just_after:
                raise _DeadError
            change(*said)
            made += 1
            if made > changes:
                raise _DeadError

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in ("put", "set_aside"):
            patch.setattr(one.place, name, dying(getattr(one.place, name)))
        with contextlib.suppress(_DeadError):
            one.advance(LONG)


def test_a_directory_has_one_bank(counter: Counter) -> None:
    with pytest.raises(held.AlreadyRunning):
        bank.Bank(counter.directory)


def test_a_file_that_was_late_on_its_way_counts_from_when_it_was_made(counter: Counter) -> None:
    counter.hand_in("one.ach", file_of(batch(entries("990000001"))))
    counter.bank.advance(LONG)
    assert [name for name, _ in counter.take()] == ["20260304-0900-returns-1.ach"]
    assert counter.acknowledged("one.ach").received == at(MONDAY, "09:30")


def test_a_file_from_the_future_counts_from_now(counter: Counter) -> None:
    counter.hand_in("one.ach", file_of(batch(entries("744-1"))))
    counter.bank.advance(at(date(2026, 2, 27), "12:00"))
    assert counter.acknowledged("one.ach").received == at(date(2026, 2, 27), "12:00")
