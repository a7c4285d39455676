"""The form of what foreign exchange is asked: checks that need no state."""

from __future__ import annotations

import re
from typing import Final

from culm.fx import rejections

MAX_SPREAD: Final = 5_000
MIN_SECONDS: Final = 5
MAX_SECONDS: Final = 3_600
DEFAULT_SECONDS: Final = 30
RATE: Final = re.compile(r"(?=.*[1-9])(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?")
"""A decimal number above zero, written out."""


def rate(text: str, spread: int) -> None:
    """Refuse a rate or a spread of the wrong form."""
    if RATE.fullmatch(text) is None:
        raise rejections.RateInvalid("rate")
    if not 0 <= spread <= MAX_SPREAD:
        raise rejections.RateInvalid("spread_basis_points")


def pair(one: str, other: str, field: str) -> None:
    """Refuse a currency that is exchanged for itself."""
    if one == other:
        raise rejections.PairInvalid(field)


def seconds(value: int) -> None:
    """Refuse a quote that is good for too long, or not long enough to be used."""
    if not MIN_SECONDS <= value <= MAX_SECONDS:
        raise rejections.QuoteInvalid("seconds")
