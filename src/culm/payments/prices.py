"""What a payment costs. Pure arithmetic of minor units; where it rounds, the schedule says how."""

from __future__ import annotations

from collections.abc import Iterator

from culm.payments import types

_UNIT = 10_000
"""Hundredths of a per cent in the whole."""


def fee(schedule: types.FeeSchedule, amount: int) -> int:
    """The fee of an amount: by its tier or by all tiers that it reaches, rounded once, then kept
    within the schedule's minimum and maximum."""
    fixed = points = 0
    for tier, part in _slices(schedule, amount):
        fixed += tier.fixed
        points += tier.basis_points * part
    total = fixed + rounded(points, schedule.rounding)
    total = max(total, schedule.minimum)
    return total if schedule.maximum is None else min(total, schedule.maximum)


def _slices(schedule: types.FeeSchedule, amount: int) -> Iterator[tuple[types.Tier, int]]:
    """The tiers that count for an amount, with how much of it falls into each."""
    below = 0
    for tier in schedule.tiers:
        ends = tier.up_to is None or amount <= tier.up_to
        if schedule.graduated:
            yield tier, (amount if ends or tier.up_to is None else tier.up_to) - below
        elif ends:
            yield tier, amount
        if ends:
            return
        below = tier.up_to or 0


def rounded(points: int, rounding: types.Rounding) -> int:
    """Minor units from ten-thousandths of them."""
    whole, rest = divmod(points, _UNIT)
    match rounding:
        case "down":
            return whole
        case "up":
            return whole + (rest > 0)
        case "half_up":
            return whole + (2 * rest >= _UNIT)
        case "half_even":
            half = 2 * rest - _UNIT
            return whole + (half > 0 or (half == 0 and whole % 2 == 1))
