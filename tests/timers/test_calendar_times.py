"""When cron expressions occur: a table of days on which clocks are set, and laws for the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.timers import calendar_times, cron, zones

MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def some(expression: str, zone: str, since: datetime, count: int) -> list[datetime]:
    found = []
    for _ in range(count):
        following = calendar_times.after(expression, zone, since)
        assert following is not None
        found.append(since := following)
    return found


@pytest.mark.parametrize(
    ("expression", "zone", "since", "expected"),
    [
        # An ordinary day; the moment itself does not count.
        ("0 17 * * *", "Europe/Berlin", "2026-07-01T15:00", ["2026-07-02T15:00"]),
        ("0 17 * * MON-FRI", "America/New_York", "2026-07-03T21:00", ["2026-07-06T21:00"]),
        ("0 9 L * *", "UTC", "2028-02-01T00:00", ["2028-02-29T09:00", "2028-03-31T09:00"]),
        ("0 0 1,15 * FRI", "UTC", "2026-05-02T00:00", ["2026-05-08T00:00", "2026-05-15T00:00"]),
        ("0 9 * * MON#2,fri#5", "UTC", "2026-01-10T00:00",
         ["2026-01-12T09:00", "2026-01-30T09:00", "2026-02-09T09:00"]),
        ("0 0 29 2 */7", "UTC", "2026-03-01T00:00", ["2032-02-29T00:00", "2060-02-29T00:00"]),
        ("0 0 29 2 *", "UTC", "2096-03-01T00:00", ["2104-02-29T00:00"]),
        # Clocks skip 02:00 to 03:00: what was to come then comes at once, and only once.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00",
         ["2026-03-29T01:00", "2026-03-30T00:30"]),
        ("0,30 2,3 * * *", "Europe/Berlin", "2026-03-29T00:30",
         ["2026-03-29T01:00", "2026-03-29T01:30", "2026-03-30T00:00"]),
        # Clocks show 02:00 to 03:00 twice: it comes the first time.
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00",
         ["2026-10-25T00:30", "2026-10-26T01:30"]),
        # Every half hour is every half hour.
        ("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00",
         ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"]),
        ("*/30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", ["2026-03-30T00:00"]),
        # Clocks set by half an hour.
        ("*/15 5 * * *", "Australia/Lord_Howe", "2026-10-03T12:00",
         ["2026-10-03T18:00", "2026-10-03T18:15", "2026-10-03T18:30"]),
        # Clocks set at midnight: that Sunday has no hour of 0.
        ("* 0 * * SUN", "America/Havana", "2026-03-07T20:00", ["2026-03-15T04:00"]),
        ("0 0 * * SUN", "America/Havana", "2026-03-07T20:00", ["2026-03-08T05:00"]),
        # A day that a zone left out: what was to come on it comes when it was left out.
        ("0 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00",
         ["2011-12-30T10:00", "2012-12-29T19:00"]),
    ],
)  # fmt: skip
def test_when_an_expression_occurs(
    expression: str, zone: str, since: str, expected: list[str]
) -> None:
    wanted = [at(text) for text in expected]
    assert some(expression, zone, at(since), len(wanted)) == wanted


@pytest.mark.parametrize(
    "expression",
    [
        "", "* * * *", "* * * * * *", "*  * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
        "* * 32 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *", "1,,2 * * * *",
        "*-5 * * * *", "-1 * * * *", "a * * * *", "* * * MON *", "* * * * JAN", "* * L-3 * *",
        "* * * * L", "* * * * MON#6", "* * * * MON#", "* * * * #1", "* 1#1 * * *",
        "1/100 * * * *", "\u0661 * * * *", "0 0 31 2 *", "0 0 30,31 FEB *",
    ],
)  # fmt: skip
def test_what_is_no_expression_or_never_occurs(expression: str) -> None:
    assert not calendar_times.occurs(expression)


ZONES = st.sampled_from(
    ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Beirut", "UTC", "Asia/Gaza"]
)
MOMENTS = st.integers(0, 6 * 366 * 1440).map(lambda minutes: at("2024-01-01") + minutes * MINUTE)
HOURS = st.sets(st.integers(0, 23), min_size=1, max_size=4)
MINUTES = st.sets(st.sampled_from([0, 1, 15, 29, 30, 31, 45, 59]), min_size=1, max_size=3)


def listed(numbers: set[int]) -> str:
    return ",".join(map(str, sorted(numbers)))


@given(zone=ZONES, since=MOMENTS, minutes=MINUTES)
def test_what_runs_by_real_time_occurs_whenever_clocks_show_it(
    zone: str, since: datetime, minutes: set[int]
) -> None:
    found = some(f"{listed(minutes)} * * * *", zone, since, 6)
    moment, seen = since, list[datetime]()
    while len(seen) < len(found):
        moment += MINUTE
        if moment.astimezone(zones.zone(zone)).minute in minutes:
            seen.append(moment)
    assert found == seen


@given(zone=ZONES, since=MOMENTS, hours=HOURS, minutes=MINUTES)
def test_what_runs_by_wall_time_occurs_once_for_each_time_of_a_day(
    zone: str, since: datetime, hours: set[int], minutes: set[int]
) -> None:
    expression = f"{listed(minutes)} {listed(hours)} * * *"
    found = some(expression, zone, since, 12)
    assert found == sorted(set(found))
    for one in found:
        shown = one.astimezone(zones.zone(zone))
        before = (one - MINUTE).astimezone(zones.zone(zone))
        jumped = shown.utcoffset() != before.utcoffset()
        assert (shown.hour in hours and shown.minute in minutes and not shown.fold) or jumped


@given(zone=ZONES, moment=MOMENTS)
def test_a_time_that_clocks_show_once_is_that_moment(zone: str, moment: datetime) -> None:
    local = moment.astimezone(zones.zone(zone))
    if not local.fold:
        assert zones.moment(local.replace(tzinfo=None), zones.zone(zone)) == moment


@pytest.mark.parametrize(
    "name", ["", "Mars/Base", "../etc/passwd", "/etc/localtime", "utc", "zones"]
)
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(LookupError):
        zones.zone(name)


def test_malformed_expressions_are_told_apart_from_those_that_never_occur() -> None:
    assert cron.parse("0 0 31 2 *").days == {31}
    with pytest.raises(cron.Malformed):
        cron.parse("0 0 31 2")
