"""Our names as Beancount can write them. No two of ours become the same one of theirs."""

from __future__ import annotations

from typing import Final

_WORDS: Final = frozenset({"TRUE", "FALSE", "NULL"})
"""What Beancount reads as something else than a currency."""


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
    written = [segment[0].upper()]
    rest = iter(zip(segment[1:], f"{segment[2:]} ", strict=True))
    for character, following in rest:
        if character == "_" and "a" <= following <= "y":
            written.append(following.upper())
            next(rest)
        else:
            written.append({"_": "Zu", ".": "Zd"}.get(character, character))
    return "".join(written)
