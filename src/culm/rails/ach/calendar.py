"""Banking days of the Federal Reserve, and the clock on the wall of its operators, which is Eastern
Time.

Holidays by rule: Federal Reserve Board, "Holidays Observed, K.8". One that falls on a Sunday is
kept on the Monday after it; one that falls on a Saturday is not kept on the Friday before it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from culm.timers import api as timers

ZONE: Final = "America/New_York"

JUNETEENTH_SINCE: Final = 2022
"""The year from which the Reserve Banks keep it (Public Law 117-17 came two days before that of
2021, a Saturday)."""

_DAY: Final = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


@functools.cache
def holidays(year: int) -> frozenset[date]:
    """The days of a year, Saturdays left out, on which the Reserve Banks keep a holiday."""
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    if year >= JUNETEENTH_SINCE:
        fixed.append(date(year, 6, 19))
    kept = [day + _DAY if day.weekday() == _SUNDAY else day for day in fixed]
    moving = [
        _nth(year, 1, _MONDAY, 3),
        _nth(year, 2, _MONDAY, 3),
        _nth(year, 6, _MONDAY, 1) - 7 * _DAY,  # the last Monday of May
        _nth(year, 9, _MONDAY, 1),
        _nth(year, 10, _MONDAY, 2),
        _nth(year, 11, _THURSDAY, 4),
    ]
    return frozenset(day for day in (*kept, *moving) if day.weekday() != _SATURDAY)


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    """The first, second, ... of a weekday in a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def is_banking_day(day: date) -> bool:
    """Whether the Reserve Banks settle on a day."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def banking_days(first: date) -> Iterator[date]:
    """Banking days in order, from a day on, itself included if it is one."""
    day = first
    while True:
        if is_banking_day(day):
            yield day
        day += _DAY


def after(day: date, count: int) -> date:
    """The banking day that is so many after a day: the first, the second, ..."""
    days = banking_days(day + _DAY)
    return [next(days) for _ in range(count)][-1]


def days_between(first: date, last: date) -> int:
    """How many banking days after the first the last one is; 0 when it is not after it."""
    count, day = 0, first
    while (day := day + _DAY) <= last:
        count += is_banking_day(day)
    return count


def moment(day: date, wall: str) -> datetime:
    """When clocks in Eastern Time show `HH:MM` on a day, in UTC."""
    return timers.moment(datetime.combine(day, time.fromisoformat(wall)), timers.zone(ZONE))


def local(at: datetime) -> datetime:
    """What clocks in Eastern Time show at a moment."""
    return at.astimezone(timers.zone(ZONE))


def day_of(at: datetime) -> date:
    """The date in Eastern Time."""
    return local(at).date()
