"""Our names as Beancount can write them. No two of ours become the same one of theirs."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = frozenset({"TRUE", "FALSE", "NULL"})
"""What Beancount reads as something else than a currency."""

_SPECIAL: Final = re.compile(r"_([a-y])|[_.]")
_MARKS: Final = {"_": "Zu", ".": "Zd"}


def account_name(code: str) -> str:
    """`assets:bank_fees:eur-2` -> `Assets:BankFees:Eur-2`.

    A component of Beancount's begins with a capital or a digit and goes on with letters, digits
    and dashes. Our codes have no capitals, so within a component these can tell what stood there:
    `_` and a letter become that letter's capital; any other `_` becomes `Zu`, `.` becomes `Zd`,
    and `_z` becomes `Zuz`.
    """
    return ":".join(map(_component, code.split(":")))


def currency_name(code: str) -> str:
    """A currency, or `NULL.ASSET` for an asset whose code Beancount reads as something else."""
    return f"{code}.ASSET" if code in _WORDS else code


def _component(segment: str) -> str:
    return segment[0].upper() + _SPECIAL.sub(_written, segment[1:])


def _written(special: re.Match[str]) -> str:
    letter: str | None = special[1]
    return letter.upper() if letter else _MARKS[special[0]]
