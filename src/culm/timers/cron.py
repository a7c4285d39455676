"""Times of a calendar in five fields, as cron has them: minute, hour, day, month, weekday.

A field is `*`, a number, a range `a-b`, any of them with a step `/n`, or a list of these by commas.
Months and weekdays have their English names too (JAN, MON), Sunday is 0 or 7, `L` is the last day
of a month, and `MON#2` its second Monday. When neither day nor weekday begins with `*`, either is
enough (POSIX, crontab; Debian, crontab(5)).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

LAST: Final = 0
"""The day that stands for the last one of a month."""

_PART: Final = re.compile(
    r"(\*|[0-9]{1,2}|[A-Z]{3}|L)(?:-([0-9]{1,2}|[A-Z]{3}))?(?:/([0-9]{1,2}))?"
)
_MONTHS: Final = {
    "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6,
    "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
}  # fmt: skip
_DAYS: Final = {"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6}

_NTH: Final = ("1", "2", "3", "4", "5")


class Malformed(ValueError):
    """This is not five fields of a calendar; `args` say which one is wrong."""


class Cron(NamedTuple):
    """The values that each field allows; of a weekday, also which one of its month it is.

    `real` says that minute or hour begins with `*`, so that the occurrences are spread over real
    time rather than tied to what clocks on walls show.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[tuple[int, int]]
    either: bool
    real: bool

    def falls_on(self, day: date) -> bool:
        """Whether there are occurrences on a day."""
        if day.month not in self.months:
            return False
        by_day = day.day in self.days or (LAST in self.days and day.day == _length(day))
        by_weekday = (day.isoweekday() % 7, (day.day + 6) // 7) in self.weekdays
        return by_day or by_weekday if self.either else by_day and by_weekday


def parse(text: str) -> Cron:
    """The calendar behind an expression. Raises `Malformed`."""
    fields = text.upper().split(" ")
    if len(fields) != 5:
        raise Malformed("five fields are needed, with one space between them")
    minute, hour, day, month, weekday = fields
    return Cron(
        minutes=_field(minute, 0, 59),
        hours=_field(hour, 0, 23),
        days=_field(day, 1, 31, {"L": LAST}),
        months=_field(month, 1, 12, _MONTHS),
        weekdays=frozenset(_weekdays(weekday)),
        either=not (day.startswith("*") or weekday.startswith("*")),
        real=minute.startswith("*") or hour.startswith("*"),
    )


def _field(text: str, low: int, high: int, names: Mapping[str, int] = {}) -> frozenset[int]:
    return frozenset(n for part in text.split(",") for n in _part(part, low, high, names))


def _weekdays(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        days, hash_, nth = part.partition("#")
        if hash_ and nth not in _NTH:
            raise Malformed(part)
        for day in _part(days, 0, 7, _DAYS):
            yield from ((day % 7, int(n)) for n in (nth or _NTH))


def _part(text: str, low: int, high: int, names: Mapping[str, int]) -> range:
    """The values of one part of a field. A number with a step goes on to the end."""
    match = _PART.fullmatch(text)
    if match is None:
        raise Malformed(text)
    first, last, step = match.groups()
    if first == "L" and "L" in names and last is None and step is None:
        return range(LAST, LAST + 1)
    if first == "*":
        begin, end = low, high
    else:
        begin = _number(first, names)
        end = _number(last, names) if last else high if step else begin
    every = int(step or 1)
    if not (low <= begin <= end <= high and every) or (first == "*" and last):
        raise Malformed(text)
    return range(begin, end + 1, every)


def _number(text: str, names: Mapping[str, int]) -> int:
    if text.isdecimal():
        return int(text)
    if text not in names or text == "L":
        raise Malformed(text)
    return names[text]


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
