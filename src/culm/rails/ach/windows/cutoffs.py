"""Which cut-off comes next, and when what makes it settles. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from culm.rails.ach import calendar
from culm.rails.ach.odfi import types as odfi
from culm.rails.ach.windows import types


class Next(NamedTuple):
    """The next cut-off, the effective entry date of what makes it, and when that settles."""

    closes: datetime
    effective: date
    settles: datetime


def next_cutoff(terms: odfi.AchTerms, service: types.Service, now: datetime) -> Next | None:
    """The first cut-off after a moment; None where the bank has none for this service.

    Nacha Operating Rules, Article One (banking day) and Appendix Three (Effective Entry Date): what
    settles on the same day is dated that day, all else the next banking day.
    """
    same_day = service == "same_day"
    cutoffs = terms.same_day if same_day else (terms.standard,)
    if not cutoffs:
        return None
    days = calendar.banking_days(calendar.day_of(now))
    while True:
        day = next(days)
        for cutoff in sorted(cutoffs, key=lambda one: one.closes):
            closes = calendar.moment(day, cutoff.closes)
            if closes > now:
                effective = day if same_day else calendar.after(day, 1)
                return Next(closes, effective, calendar.moment(effective, cutoff.settles))
