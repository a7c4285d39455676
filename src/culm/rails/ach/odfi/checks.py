"""The form of terms."""

from __future__ import annotations

import re
from typing import Final

from culm.rails.ach import digits
from culm.rails.ach.odfi import commands, rejections, types

_WALL: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def terms(given: types.AchTerms) -> None:
    """Refuse terms that no file could be headed with. Raises `TermsInvalid`."""
    for field in ("odfi", "destination"):
        if not routing(getattr(given, field)):
            raise rejections.TermsInvalid("this is no routing number", field=field)
    for field, most in (
        ("company_name", 16),
        ("company_id", 10),
        ("origin", 10),
        ("destination_name", 23),
        ("origin_name", 23),
    ):
        text(getattr(given, field), most, field)
    cutoff(given.standard, "standard")
    if len(given.same_day) > commands.MAX_CUTOFFS:
        raise rejections.TermsInvalid("there are too many cut-offs", field="same_day")
    for number, one in enumerate(given.same_day):
        cutoff(one, f"same_day[{number}]")
        if one.settles <= one.closes:
            raise rejections.TermsInvalid(
                "what settles on the same day settles after it has left",
                field=f"same_day[{number}]",
            )


def routing(number: str) -> bool:
    """Whether it is a routing number: nine digits, the last of which checks the others."""
    whole = len(number) == 9 and digits.are_digits(number)
    return whole and digits.check_digit(number[:8]) == number[8]


def text(value: str, most: int, field: str) -> None:
    """Refuse what a field of a file does not hold."""
    if not 0 < len(value.strip()) <= len(value) <= most or not printable(value):
        message = f"it is 1 to {most} printable ASCII characters"
        raise rejections.TermsInvalid(message, field=field)


def printable(value: str) -> bool:
    """Whether a text holds nothing but printable ASCII."""
    return value.isascii() and value.isprintable()


def cutoff(given: types.Cutoff, field: str) -> None:
    """Refuse times that no clock shows."""
    if not (_WALL.fullmatch(given.closes) and _WALL.fullmatch(given.settles)):
        raise rejections.TermsInvalid("a time is HH:MM", field=field)
