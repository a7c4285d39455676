"""When a batch settles, and when what is to be said of its entries is said.

The bank keeps Eastern Time, as the operators do. Its own times of the day are rules, not settings:
they are those of FedACH's processing schedule.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from culm.rails.ach import calendar
from culm.sandbox.bank import accounts

SAME_DAY: Final = (("10:30", "13:00"), ("14:45", "17:00"), ("16:45", "18:00"))
"""What is received by the first settles at the second: the operators' deadlines (Same Day ACH
processing schedule since 19 March 2021), as this bank passes on at once what it has."""

NEXT_DAY: Final = "08:30"
"""When everything else settles, on its day (FedACH Processing Schedule)."""

SAME_DAY_LIMIT_MINOR: Final = 100_000_000
"""An entry of more does not settle on the day of its receipt (Nacha Operating Rules 2022, Same Day
Entry: 1,000,000 US dollars)."""

ANSWERS: Final = "09:00"
"""When the bank's returns and notifications of change leave, on their day."""

EARLY: Final = timedelta(minutes=15)
"""How long after receipt an entry is returned that does not wait for its settlement."""

EXTENDED: Final = frozenset({"R05", "R07", "R10", "R11", "R33", "R37", "R38", "R51", "R52", "R53"})
"""Return reasons for which 60 days are given instead of two banking days (Nacha Operating Rules,
Appendix Four)."""

DISHONOR_DAYS: Final = 5
"""Banking days after a return's settlement within which it may be dishonoured (Nacha Operating
Rules, Subsection 2.13.6.1)."""

_IN_TIME_BANKING, _LATE_BANKING = 1, 4
_IN_TIME, _LATE = timedelta(days=30), timedelta(days=75)


def settles(*, received: datetime, effective: date | None, largest_minor: int) -> datetime:
    """When a batch settles: at the next window if it is for today, else on its effective entry
    date, or the banking day after it."""
    today = calendar.day_of(received)
    if effective is not None and effective > today:
        return calendar.moment(_banking(effective), NEXT_DAY)
    if calendar.is_banking_day(today) and largest_minor <= SAME_DAY_LIMIT_MINOR:
        for closes, at in SAME_DAY:
            if received <= calendar.moment(today, closes):
                return calendar.moment(today, at)
    return calendar.moment(calendar.after(today, 1), NEXT_DAY)


def returns(asked: accounts.Return, *, received: datetime, settles: datetime) -> datetime:
    """When an entry comes back."""
    settled = calendar.day_of(settles)
    if asked.when == "early":
        return received + EARLY
    if asked.reason in EXTENDED:
        day = _banking(settled + (_LATE if asked.when == "late" else _IN_TIME))
    else:
        day = calendar.after(settled, _LATE_BANKING if asked.when == "late" else _IN_TIME_BANKING)
    return calendar.moment(day, ANSWERS)


def answered(after: datetime) -> datetime:
    """When something is said on the banking day after a moment: a notification of change after the
    settlement, a contest after a dishonour."""
    return calendar.moment(calendar.after(calendar.day_of(after), 1), ANSWERS)


def is_untimely(*, returned: datetime, dishonored: datetime) -> bool:
    """Whether a return is dishonoured too late."""
    last = calendar.after(calendar.day_of(returned), DISHONOR_DAYS)
    return calendar.day_of(dishonored) > last


def _banking(day: date) -> date:
    """The day, or the next banking day."""
    return next(calendar.banking_days(day))
