"""The occurrences of a cron expression in a time zone, exactly.

An expression that names minutes and hours is about what clocks on walls show: each of its times
comes once a day; one that the clocks skip comes when they jump, one that they show twice comes the
first time. One with `*` for either is about real time: it comes whenever the clocks show it
(as Debian's cron has it, cron(8)).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from culm.timers import cron, zones

DAYS_AHEAD: Final = 366 * 40
"""How far it is looked for the next occurrence: past any 29 February that is a Monday."""

_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_START: Final = date(2024, 1, 1)

_parse: Final = functools.lru_cache(maxsize=4_096)(cron.parse)


def occurs(expression: str) -> bool:
    """Whether an expression has the right form, and ever comes to pass."""
    try:
        calendar = _parse(expression)
    except cron.Malformed:
        return False
    return any(calendar.falls_on(_START + number * _DAY) for number in range(DAYS_AHEAD))


def after(expression: str, zone: str, moment: datetime) -> datetime | None:
    """The first occurrence later than a moment, in UTC; None where there is none for 40 years.

    Raises `cron.Malformed`, and `LookupError` for a zone that is none.
    """
    calendar, in_zone = _parse(expression), zones.zone(zone)
    # What the clocks skip at the end of a day comes on the next one: look a day back.
    start = moment.astimezone(in_zone).date() - _DAY
    for number in range(DAYS_AHEAD):
        if calendar.falls_on(day := start + number * _DAY):
            for found in _of_day(calendar, day, in_zone, moment):
                if found > moment:
                    return found
    return None


def _of_day(calendar: cron.Cron, day: date, zone: ZoneInfo, since: datetime) -> Iterator[datetime]:
    """The occurrences of a day in their order, at least those later than `since`."""
    if calendar.real:
        yield from _of_minutes(calendar, day, zone, since)
        return
    for hour in sorted(calendar.hours):
        for minute in sorted(calendar.minutes):
            yield zones.moment(datetime.combine(day, time(hour, minute)), zone)


def _of_minutes(
    calendar: cron.Cron, day: date, zone: ZoneInfo, since: datetime
) -> Iterator[datetime]:
    """Every minute of a day, however many it has, whose reading fits."""
    moment, end = (zones.moment(datetime.combine(d, time()), zone) for d in (day, day + _DAY))
    moment += max(timedelta(), (since - moment) // _MINUTE * _MINUTE)
    while moment < end:
        local = moment.astimezone(zone)
        if local.minute in calendar.minutes and local.hour in calendar.hours:
            yield moment.astimezone(UTC)
        moment += _MINUTE
