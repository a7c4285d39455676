"""The declared tables, exhausted: what may happen to transfers and files, and return codes."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.rails.ach import reasons
from culm.rails.ach.files import plan, traces
from culm.rails.ach.files import transitions as file_transitions
from culm.rails.ach.files import types as file_types
from culm.rails.ach.inbox import changes
from culm.rails.ach.transfers import return_codes, transitions

ENDS = {"cancelled", "rejected", "contested"}


def test_every_state_of_a_transfer_is_reached_and_left_as_declared() -> None:
    pairs = set(itertools.product(transitions.STATES, transitions.HAPPENINGS))
    assert transitions.TABLE.keys() <= pairs
    assert {transitions.after(*pair) for pair in pairs} - {None} == set(transitions.TABLE.values())
    assert set(transitions.STATES) - set(transitions.TABLE.values()) == {"queued"}
    left = {state for state, _ in transitions.TABLE}
    assert set(transitions.STATES) - left == ENDS


def test_nothing_goes_back() -> None:
    """Every path through the table ends: no state is met twice."""

    def walk(state: str, seen: tuple[str, ...]) -> None:
        assert state not in seen
        for (before, _), after in transitions.TABLE.items():
            if before == state:
                walk(after, (*seen, state))

    walk("queued", ())


def test_every_state_of_a_file_is_reached_and_no_file_is_begun_twice() -> None:
    table = file_transitions.TABLE
    pairs = set(itertools.product(file_transitions.STATES, file_transitions.HAPPENINGS))
    assert table.keys() <= pairs
    assert set(file_transitions.STATES) - set(table.values()) == {"cut"}
    assert [before for before, happening in table if happening == "begin"] == ["cut"]
    assert {before for before, _ in table} == {"cut", "sending", "sent", "unknown"}
    for state in ("sending", "sent", "unknown"):
        assert {table[state, "accept"], table[state, "reject"]} == {"accepted", "rejected"}


def test_the_codes_are_those_that_the_codec_knows() -> None:
    assert return_codes.TABLE.keys() == reasons.RETURN_REASONS
    by = {one.by for one in return_codes.TABLE.values()}
    assert by == {"RDFI", "operator", "agency", "ODFI", "gateway"}
    assert all(one.title for one in return_codes.TABLE.values())


SIXTY = {"R05", "R07", "R10", "R11", "R33", "R37", "R38", "R51", "R52", "R53"}
TWO = {f"R{n:02}" for n in (*range(1, 5), 8, 9, 12, *range(14, 18), *range(20, 23), 24, 29)} | {
    "R39",
    "R50",
}


def test_the_time_limits_are_those_of_the_rules() -> None:
    limits = {code: one.limit for code, one in return_codes.TABLE.items()}
    assert {code for code, limit in limits.items() if limit == "calendar"} == SIXTY
    assert {code for code, limit in limits.items() if limit == "banking"} == TWO


LAST_DAYS = [
    ("R01", "2026-03-03", "2026-03-05"),
    ("R01", "2026-03-05", "2026-03-09"),  # over a weekend
    ("R03", "2026-12-24", "2026-12-29"),  # over Christmas, a Friday
    ("R02", "2026-06-18", "2026-06-23"),  # over Juneteenth, a Friday, and a weekend
    ("R29", "2026-07-02", "2026-07-06"),  # the Fourth is a Saturday: Friday is a banking day
    ("R10", "2026-03-03", "2026-05-04"),  # the sixtieth day is Saturday, 2 May
    ("R07", "2026-03-10", "2026-05-11"),
    ("R05", "2026-03-27", "2026-05-27"),  # the sixtieth day is Tuesday, 26 May
    ("R11", "2026-03-26", "2026-05-26"),  # the sixtieth day is Memorial Day
]


@pytest.mark.parametrize(("code", "settled", "last"), LAST_DAYS)
def test_a_return_is_late_on_the_day_after_its_last(code: str, settled: str, last: str) -> None:
    settled_on, last_on = date.fromisoformat(settled), date.fromisoformat(last)
    assert return_codes.last_day(code, settled_on) == last_on
    assert not return_codes.is_late(code, settled_on=settled_on, returned_on=last_on)
    after = last_on.replace(day=last_on.day + 1)
    assert return_codes.is_late(code, settled_on=settled_on, returned_on=after)


@pytest.mark.parametrize("code", ["R06", "R13", "R23", "R31", "R99", "R40", "R80"])
def test_some_codes_have_no_limit_that_is_judged(code: str) -> None:
    assert return_codes.last_day(code, date(2026, 3, 3)) is None
    assert not return_codes.is_late(code, settled_on=date(2026, 3, 3), returned_on=date(2030, 1, 1))


def test_a_return_is_dishonoured_within_five_banking_days() -> None:
    for leaves, may in (("2026-03-09", True), ("2026-03-16", True), ("2026-03-17", False)):
        day = date.fromisoformat(leaves)
        assert return_codes.may_dishonour(returned_on=date(2026, 3, 9), leaves_on=day) is may


ROWS = st.lists(
    st.builds(
        plan.Row,
        id=st.integers(0, 10**6).map(lambda n: f"tfr_{n:016x}"),
        kind=st.sampled_from(["payment", "reversal", "dishonour"]),
        sec=st.sampled_from(["PPD", "CCD"]),
        direction=st.sampled_from(["credit", "debit"]),
        description=st.sampled_from(["A", "B"]),
        amount=st.integers(1, 50),
    ),
    max_size=60,
    unique_by=lambda row: row.id,
)


@given(ROWS, st.integers(1, 7), st.integers(50, 200))
def test_a_plan_has_every_transfer_once_under_one_header_and_within_the_totals(
    rows: list[plan.Row], most: int, total: int
) -> None:
    batches = list(plan.batches(rows, most=most, total=total))
    assert sorted(row for batch in batches for row in batch) == sorted(rows)
    for batch in batches:
        assert len({row.header for row in batch}) == 1
        assert len(batch) <= most
        assert sum(row.amount for row in batch) <= total
    files = list(plan.files(batches, total=total))
    assert [batch for file in files for batch in file] == batches
    for file in files:
        for side in ("credit", "debit"):
            assert sum(r.amount for batch in file for r in batch if r.direction == side) <= total


@given(ROWS)
def test_a_plan_cuts_batches_before_it_finishes_their_file_and_finishes_once_for_the_last_time(
    rows: list[plan.Row],
) -> None:
    found = plan.steps("win_0000000000000001", rows)
    assert found == plan.steps("win_0000000000000001", rows)
    last = [getattr(step, "last", False) for step in found]
    assert last == [False] * (len(found) - 1) + [True] * bool(rows)


def test_trace_numbers_begin_again_but_not_within_a_batch() -> None:
    assert traces.first("990000000", 0, 1_000) == "990000000000001"
    assert traces.first("990000000", 9_998_999, 1_000) == "990000009999000"
    assert traces.first("990000000", 9_999_000, 1_000) == "990000000000001"
    assert traces.trace("990000000000001", 999) == "990000000001000"
    assert file_types.MAX_ENTRIES == 1_000


CORRECTED = [
    ("C01", "1234567890123456789", {"account": "12345678901234567"}),
    ("C02", "021000021", {"routing": "021000021"}),
    ("C03", "021000021   555", {"routing": "021000021", "account": "555"}),
    ("C04", "JANE ROE", {"name": "JANE ROE"}),
    ("C05", "32", {"kind": "savings"}),
    ("C05", "52", {}),
    ("C06", "555".ljust(20) + "22", {"account": "555", "kind": "checking"}),
    (
        "C07",
        "021000021" + "555".ljust(17) + "37",
        {"routing": "021000021", "account": "555", "kind": "savings"},
    ),
    ("C09", "CUST-1", {"identification": "CUST-1"}),
    ("C13", "", {}),
]


@pytest.mark.parametrize(("code", "data", "found"), CORRECTED)
def test_corrected_data_stands_where_the_rules_say(
    code: str, data: str, found: dict[str, str]
) -> None:
    assert changes.corrected(code, data.ljust(29)) == found
