"""The Federal Reserve's holidays, banking days, and cut-offs on the wall clocks of New York."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.rails.ach import calendar
from culm.rails.ach.odfi import types as odfi
from culm.rails.ach.windows import cutoffs, types
from culm.sandbox.bank import settling

# The schedules of the Federal Reserve Banks, as published: a star is a Saturday, two a Sunday.
PUBLISHED = {
    2021: "1-1 1-18 2-15 5-31 7-4** 9-6 10-11 11-11 11-25 12-25*",
    2022: "1-1* 1-17 2-21 5-30 6-19** 7-4 9-5 10-10 11-11 11-24 12-25**",
    2023: "1-1** 1-16 2-20 5-29 6-19 7-4 9-4 10-9 11-11* 11-23 12-25",
    2024: "1-1 1-15 2-19 5-27 6-19 7-4 9-2 10-14 11-11 11-28 12-25",
    2025: "1-1 1-20 2-17 5-26 6-19 7-4 9-1 10-13 11-11 11-27 12-25",
    2026: "1-1 1-19 2-16 5-25 6-19 7-4* 9-7 10-12 11-11 11-26 12-25",
    2027: "1-1 1-18 2-15 5-31 6-19* 7-4** 9-6 10-11 11-11 11-25 12-25*",
    2028: "1-1* 1-17 2-21 5-29 6-19 7-4 9-4 10-9 11-11* 11-23 12-25",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_holidays_are_those_that_the_reserve_banks_publish(year: int) -> None:
    kept = set()
    for text in PUBLISHED[year].split():
        month, day = map(int, text.rstrip("*").split("-"))
        holiday = date(year, month, day)
        if text.endswith("**"):
            assert holiday.weekday() == 6
            kept.add(holiday + timedelta(days=1))
        elif text.endswith("*"):
            assert holiday.weekday() == 5
        else:
            kept.add(holiday)
    assert calendar.holidays(year) == kept


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 7, 3),  # the Fourth is a Saturday
        date(2027, 6, 18),
        date(2027, 12, 24),
        date(2021, 12, 31),  # before a New Year's Day that is a Saturday
        date(2021, 6, 18),
    ],
)
def test_a_holiday_on_a_saturday_is_not_kept_on_the_friday(day: date) -> None:
    assert day.weekday() == 4
    assert calendar.is_banking_day(day)


def test_banking_days_are_counted_over_weekends_and_holidays() -> None:
    thursday = date(2026, 12, 24)
    assert calendar.after(thursday, 1) == date(2026, 12, 28)
    assert calendar.after(thursday, 2) == date(2026, 12, 29)
    assert calendar.after(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert calendar.days_between(thursday, date(2026, 12, 27)) == 0
    assert calendar.days_between(thursday, date(2026, 12, 29)) == 2


NEXT = [
    # Where the wall clock in New York stands, the service, the cut-off, what it settles on, in UTC.
    ("2026-03-02T19:59", "standard", "2026-03-03T01:00", "2026-03-03", "2026-03-03T13:30"),
    ("2026-03-02T20:00", "standard", "2026-03-04T01:00", "2026-03-04", "2026-03-04T13:30"),
    # The clocks go forward on Sunday, 8 March: the cut-off of Friday is of the old time, and what
    # it settles, on Monday, of the new.
    ("2026-03-06T12:00", "standard", "2026-03-07T01:00", "2026-03-09", "2026-03-09T12:30"),
    ("2026-03-06T20:00", "standard", "2026-03-10T00:00", "2026-03-10", "2026-03-10T12:30"),
    ("2026-03-06T16:15", "same_day", "2026-03-09T14:00", "2026-03-09", "2026-03-09T17:00"),
    ("2026-03-08T03:30", "same_day", "2026-03-09T14:00", "2026-03-09", "2026-03-09T17:00"),
    # And back on Sunday, 1 November.
    ("2026-10-30T19:00", "standard", "2026-10-31T00:00", "2026-11-02", "2026-11-02T13:30"),
    ("2026-10-31T12:00", "standard", "2026-11-03T01:00", "2026-11-03", "2026-11-03T13:30"),
    ("2026-11-01T01:30", "same_day", "2026-11-02T15:00", "2026-11-02", "2026-11-02T18:00"),
    # Over Christmas on a Friday, and a holiday on a Monday.
    ("2026-12-24T12:00", "standard", "2026-12-25T01:00", "2026-12-28", "2026-12-28T13:30"),
    ("2026-12-24T20:30", "standard", "2026-12-29T01:00", "2026-12-29", "2026-12-29T13:30"),
    ("2026-12-25T09:00", "same_day", "2026-12-28T15:00", "2026-12-28", "2026-12-28T18:00"),
    ("2026-09-04T21:00", "standard", "2026-09-09T00:00", "2026-09-09", "2026-09-09T12:30"),
    # Every cut-off of a day, to the minute.
    ("2026-06-15T09:59", "same_day", "2026-06-15T14:00", "2026-06-15", "2026-06-15T17:00"),
    ("2026-06-15T10:00", "same_day", "2026-06-15T18:15", "2026-06-15", "2026-06-15T21:00"),
    ("2026-06-15T14:15", "same_day", "2026-06-15T20:15", "2026-06-15", "2026-06-15T22:00"),
    ("2026-06-15T16:15", "same_day", "2026-06-16T14:00", "2026-06-16", "2026-06-16T17:00"),
    # The eve of Juneteenth, a Friday in 2026: the next banking day is Monday.
    ("2026-06-18T21:00", "standard", "2026-06-23T00:00", "2026-06-23", "2026-06-23T12:30"),
]


@pytest.mark.parametrize(("wall", "service", "closes", "effective", "settles"), NEXT)
def test_the_next_cut_off(
    wall: str, service: types.Service, closes: str, effective: str, settles: str
) -> None:
    at = datetime.fromisoformat(wall)
    now = calendar.moment(at.date(), f"{at:%H:%M}")
    found = cutoffs.next_cutoff(odfi.SANDBOX, service, now)
    assert found is not None
    assert found.closes == datetime.fromisoformat(closes).replace(tzinfo=UTC)
    assert found.effective == date.fromisoformat(effective)
    assert found.settles == datetime.fromisoformat(settles).replace(tzinfo=UTC)


@given(
    st.datetimes(datetime(2022, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(get_args(types.Service)),
)
def test_a_cut_off_is_later_and_is_the_first_and_settles_on_a_banking_day(
    now: datetime, service: types.Service
) -> None:
    found = cutoffs.next_cutoff(odfi.SANDBOX, service, now)
    assert found is not None
    assert now < found.closes < found.settles
    assert calendar.is_banking_day(found.effective)
    assert calendar.is_banking_day(calendar.day_of(found.closes))
    assert calendar.day_of(found.settles) == found.effective
    just_before = found.closes - timedelta(microseconds=1)
    assert cutoffs.next_cutoff(odfi.SANDBOX, service, just_before) == found
    middle = now + (found.closes - now) / 2
    assert cutoffs.next_cutoff(odfi.SANDBOX, service, middle) == found


def test_a_bank_without_such_cut_offs_has_no_next_one() -> None:
    terms = msgspec.structs.replace(odfi.SANDBOX, same_day=())
    assert cutoffs.next_cutoff(terms, "same_day", datetime(2026, 3, 2, tzinfo=UTC)) is None


OPERATORS = {"13:00": "10:30", "17:00": "14:45", "18:00": "16:45"}
"""When what settles at a time has to be with the operator (FedACH, Same Day ACH schedule)."""


def test_the_cut_offs_without_terms_leave_the_bank_half_an_hour() -> None:
    day = date(2026, 3, 2)
    assert {one.settles for one in odfi.SAME_DAY} == set(OPERATORS)
    for one in odfi.SAME_DAY:
        left = calendar.moment(day, OPERATORS[one.settles]) - calendar.moment(day, one.closes)
        assert left == timedelta(minutes=30)


def test_what_leaves_at_a_cut_off_settles_at_the_sandbox_bank_when_the_terms_say() -> None:
    day = date(2026, 3, 2)
    for one in odfi.SAME_DAY:
        for late in (timedelta(0), timedelta(minutes=29)):
            received = calendar.moment(day, one.closes) + late
            settles = settling.settles(received=received, effective=day, largest_minor=1)
            assert settles == calendar.moment(day, one.settles)
