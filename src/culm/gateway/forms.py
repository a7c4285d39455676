"""How numbers, times and choices are written in paths and queries.

Litestar turns texts into values generously: 20260101 would be a second of 1970, 1e3 a thousand,
and null nothing at all. What somebody meant by these is anybody's guess, so they are refused.
"""

from __future__ import annotations

import re
import typing
from datetime import date, datetime
from typing import Any, Final, NamedTuple


class Form(NamedTuple):
    """What a text must look like, and the sentence that says so."""

    pattern: re.Pattern[str]
    sentence: str


_OF: Final = {
    int: Form(re.compile("0|[1-9][0-9]*"), "A whole number is written in decimal digits."),
    bool: Form(re.compile("true|false"), "This is either true or false."),
    date: Form(
        re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"), "A day is written as in 2026-01-31 (RFC 3339)."
    ),
    datetime: Form(
        re.compile(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
            r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"  # without an offset, the ledger says what is missing
        ),
        "A time is written as in 2026-01-31T09:30:00Z (RFC 3339); a + in a query is %2B.",
    ),
}


def of(type_: Any) -> Form | None:
    """The form of a type's values; None for texts, which may be anything."""
    if typing.get_origin(type_) is typing.Literal:
        values = [str(value) for value in typing.get_args(type_)]
        return Form(re.compile("|".join(map(re.escape, values))), f"It is {_one_of(values)}.")
    return _OF.get(type_)


def _one_of(values: list[str]) -> str:
    return f"one of {', '.join(values)}" if len(values) > 1 else values[0]
