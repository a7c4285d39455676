"""What an exchange costs: exact fractions, rounded once, and always in favour of the house.

The house buys a currency for less than its rate and sells it for more, by the spread; what it
gives is rounded down, what it takes is rounded up. So nobody who exchanges there and back at one
rate has more than before: a test plays that with any rate.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from culm.fx import rejections, types
from culm.kernel import money

_WHOLE = 10_000
"""Basis points of one."""


class Pair(NamedTuple):
    """Two currencies with the digits after their points: what is sold to the house, and what is
    bought from it."""

    sell: str
    sell_scale: int
    buy: str
    buy_scale: int


class Amounts(NamedTuple):
    """Minor units of what is sold, and of what is bought."""

    sell: int
    buy: int


def amounts(rate: types.Rate, pair: Pair, *, amount: int, fixed: types.Fixed) -> Amounts:
    """Both amounts of an exchange of which one is fixed. Raises `AmountUnfit`."""
    price = _price(rate, pair)
    if fixed == "sell":
        found = Amounts(amount, floor(amount * price))
    else:
        found = Amounts(ceil(amount / price), amount)
    if not all(0 < one <= money.MAX_MINOR for one in found):
        raise rejections.AmountUnfit("amount")
    return found


def _price(rate: types.Rate, pair: Pair) -> Fraction:
    """How many minor units are bought with one that is sold."""
    middle = Fraction(rate.rate)
    if rate.base != pair.sell:
        middle = 1 / middle
    kept = Fraction(_WHOLE - rate.spread_basis_points, _WHOLE)
    return middle * kept * Fraction(10) ** (pair.buy_scale - pair.sell_scale)
