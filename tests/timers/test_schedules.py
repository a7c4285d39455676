"""Schedules: exact multiples, and cron expressions that keep to the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.timers import rejections, schedules, types


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def occurrences(schedule: types.Schedule, after: datetime, count: int) -> list[str]:
    """The first occurrences after a moment, each firing on time."""
    found: list[str] = []
    due = schedules.first(schedule, None, after)
    while due is not None and len(found) < count:
        found.append(f"{due:%Y-%m-%d %H:%M}")
        due = schedules.following(schedule, due=due, now=due, fired=len(found))
    return found


B, NY, LH = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
DST = [
    # In Berlin the clock goes from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00
    # on 25 October.
    ("0 9 * * *", B, "2026-03-27 12:00", ["03-28 08:00", "03-29 07:00", "03-30 07:00"]),
    ("0 9 * * *", B, "2026-10-23 12:00", ["10-24 07:00", "10-25 08:00", "10-26 08:00"]),
    # A time that the clock passes over comes right after the gap; one that it shows twice, once.
    ("30 2 * * *", B, "2026-03-28 00:00", ["03-28 01:30", "03-29 01:00", "03-30 00:30"]),
    ("30 2 * * *", B, "2026-10-24 00:00", ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),
    # What comes every hour, or oftener, keeps coming.
    ("0 * * * *", B, "2026-03-28 23:30", ["03-29 00:00", "03-29 01:00", "03-29 02:00"]),
    ("0 * * * *", B, "2026-10-24 23:30", ["10-25 00:00", "10-25 01:00", "10-25 02:00"]),
    # Lord Howe Island moves by half an hour.
    ("15 2 * * *", LH, "2026-10-03 12:00", ["10-03 15:30", "10-04 15:15"]),
    # Months without a 31st are passed over; the last day is L.
    ("0 0 31 * *", "UTC", "2026-01-31 12:00", ["03-31 00:00", "05-31 00:00"]),
    ("0 0 L * *", "UTC", "2026-01-31 12:00", ["02-28 00:00", "03-31 00:00"]),
    ("0 17 * * FRI", NY, "2026-03-05 00:00", ["03-06 22:00", "03-13 21:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("cron", "zone", "after", "expected"), DST)
def test_cron_keeps_to_the_clock_on_the_wall(
    cron: str, zone: str, after: str, expected: list[str]
) -> None:
    schedule = types.Schedule(cron=cron, zone=zone)
    found = occurrences(schedule, utc(after), len(expected))
    assert found == [f"2026-{moment}" for moment in expected]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "schedule"),
        ({"every_seconds": 60, "cron": "* * * * *"}, "schedule"),
        ({"every_seconds": 0}, "schedule.every_seconds"),
        ({"every_seconds": -5}, "schedule.every_seconds"),
        ({"every_seconds": 10**10}, "schedule.every_seconds"),
        ({"every_seconds": 10**30}, "schedule.every_seconds"),
        ({"every_seconds": 60, "times": 0}, "schedule.times"),
        *(({"cron": cron}, "schedule.cron") for cron in (
            "", "* * * *", "* * * * * *", "60 * * * *", "* * 31 2 *", "x" * 101, "@daily",
            "*/0 * * * *", "1-0 * * * *", "0 0 * * MON#9", "٣ * * * *", "0\x000 * * *",
        )),
        *(({"cron": "0 0 * * *", "zone": zone}, "schedule.zone") for zone in (
            "", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "x" * 65,
            "Europe/Berlin\x00", "europe/Berlin/..", "posixrules/../UTC",
        )),
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(rejections.ScheduleInvalid) as refused:
        schedules.check(types.Schedule(**wrong))
    assert refused.value.field == field


def test_what_never_comes_to_pass_has_no_first_occurrence() -> None:
    now = utc("2026-03-02 09:00")
    for never in (
        types.Schedule(cron="0 0 30 2 MON", until=now),
        types.Schedule(every_seconds=60, until=now + timedelta(seconds=60)),
        types.Schedule(cron="0 0 * * *", until=utc("2026-03-03 00:00")),
    ):
        assert schedules.first(never, None, now) is None


def test_the_first_occurrence_is_later_than_now_in_an_hour_that_comes_twice() -> None:
    """At 02:10 for the second time, 02:30 has been: it comes once, the first time."""
    now = utc("2026-10-25 01:10")
    for schedule in (
        types.Schedule(cron="30 2 * * *", zone=B),
        types.Schedule(cron="30 2 * * *", zone=B, missed="last"),
    ):
        assert schedules.first(schedule, None, now) == utc("2026-10-26 01:30")
        late = schedules.following(schedule, due=utc("2026-10-25 00:30"), now=now, fired=1)
        assert late == utc("2026-10-26 01:30")


def test_a_first_time_that_is_given_is_the_first_or_the_first_from_then_on() -> None:
    now, at = utc("2026-03-02 09:00"), utc("2026-03-05 12:00")
    assert schedules.first(types.Schedule(every_seconds=60), at, now) == at
    daily = types.Schedule(cron="0 12 * * *")
    assert schedules.first(daily, at, now) == at
    assert schedules.first(daily, at + timedelta(microseconds=1), now) == at + timedelta(days=1)


LATE = st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds))


@given(every=st.integers(1, types.MAX_EVERY_SECONDS), late=LATE)
def test_what_repeats_never_drifts_and_the_last_of_what_was_missed_stands_for_all(
    every: int, late: timedelta
) -> None:
    due = utc("2026-03-02 09:00")
    step, now = timedelta(seconds=every), due + late
    each = types.Schedule(every_seconds=every)
    assert schedules.following(each, due=due, now=now, fired=1) == due + step
    last = types.Schedule(every_seconds=every, missed="last")
    following = schedules.following(last, due=due, now=now, fired=1)
    assert following is not None
    assert now < following <= now + step
    assert (following - due) % step == timedelta()


@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    day=st.integers(0, 3_000),
)
def test_a_daily_time_comes_once_a_day(minute: int, hour: int, zone: str, day: int) -> None:
    schedule = types.Schedule(cron=f"{minute} {hour} * * *", zone=zone)
    due = schedules.first(schedule, None, utc("2026-01-01 00:00") + timedelta(days=day))
    assert due is not None
    following = schedules.following(schedule, due=due, now=due, fired=1)
    assert following is not None
    assert timedelta(hours=22) <= following - due <= timedelta(hours=26)
