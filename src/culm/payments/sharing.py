"""Sharing out what comes in parts, to the last minor unit.

Everybody but the payee gets their part rounded down, and the payee gets what is left: there the
remainders are. A part is always taken from what is still to come of it, so none is ever negative,
and with the last of the money everybody has exactly what was agreed.
"""

from __future__ import annotations


def portion(amount: int, *, of: int, left: int) -> int:
    """What of `left`, still to come with `of` minor units, comes with `amount` of these."""
    return left * amount // of


def split(amount: int, basis_points: int) -> int:
    """A share of an amount in hundredths of a per cent, rounded down."""
    return amount * basis_points // 10_000
