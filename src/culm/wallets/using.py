"""Counting what wallets use of their limits: pure arithmetic of days and months in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from culm.wallets import types


def day_of(moment: datetime) -> date:
    """The day in UTC on which a moment counts."""
    return moment.astimezone(UTC).date()


def on(use: types.Use, day: date) -> types.Use:
    """What is used when it is this day, or a later one than the newest that anything counted on:
    a new day begins at zero, a new month too."""
    if day <= use.day:
        return use
    if _month(day) == _month(use.day):
        return msgspec.structs.replace(use, day=day, day_sum=0, day_count=0)
    return types.Use(use.tenant, use.wallet, use.currency, use.direction, day)


def add(use: types.Use, day: date, *, amount: int, times: int) -> types.Use:
    """With so much more (or, below zero, less) used on a day. On a day that is over, only its
    month can still be asked about, and not even that once the month is over."""
    use = on(use, day)
    if _month(day) != _month(use.day):
        return use
    month = {"month_sum": use.month_sum + amount, "month_count": use.month_count + times}
    if day == use.day:
        month |= {"day_sum": use.day_sum + amount, "day_count": use.day_count + times}
    return msgspec.structs.replace(use, **month)


def broken(
    limits: types.Limits, use: types.Use, *, amount: int
) -> tuple[types.LimitName, int, int] | None:
    """The first limit that one more payment of an amount would go past: its name, what it is, and
    what is left of it."""
    asked: tuple[tuple[types.LimitName, int | None, int, int], ...] = (
        ("per_payment", limits.per_payment, 0, amount),
        ("day_count", limits.day_count, use.day_count, 1),
        ("day_sum", limits.day_sum, use.day_sum, amount),
        ("month_count", limits.month_count, use.month_count, 1),
        ("month_sum", limits.month_sum, use.month_sum, amount),
    )
    for name, most, used, more in asked:
        if most is not None and used + more > most:
            return name, most, max(most - used, 0)
    return None


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
