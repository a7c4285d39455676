"""Whether what is ordered fits an entry of a file, and the rules of its class."""

from __future__ import annotations

from typing import Final

from culm.rails.ach.odfi import checks
from culm.rails.ach.transfers import rejections, types

MAX_CENTS: Final = 9_999_999_999
"""Ten digits (Nacha Operating Rules, Appendix Three, Entry Detail Record: Amount)."""

MAX_SAME_DAY_CENTS: Final = 100_000_000
"""One million dollars an entry (Nacha Operating Rules, Article Eight, "Same Day Entry", since
18 March 2022)."""

MAX_PURPOSE: Final = 140
MAX_DESCRIPTION: Final = 10
MAX_IDENTIFICATION: Final = 15
MAX_SEALED: Final = 1_000


def order(given: types.Order) -> None:
    """Refuse what no entry could say. Raises `OrderInvalid`, `SameDayLimit`."""
    if not 0 < given.amount <= MAX_CENTS:
        raise rejections.OrderInvalid("an entry is of 0.01 to 99,999,999.99 USD", field="amount")
    _text(given.purpose, 1, MAX_PURPOSE, "purpose")
    _text(given.description, 1, MAX_DESCRIPTION, "description")
    _text(given.identification, 0, MAX_IDENTIFICATION, "identification")
    payee = given.payee
    if not checks.routing(payee.routing):
        raise rejections.OrderInvalid("this is no routing number", field="routing")
    _text(payee.sealed, 1, MAX_SEALED, "sealed")
    _text(payee.subject, 1, MAX_PURPOSE, "subject")
    if given.same_day and given.amount > MAX_SAME_DAY_CENTS:
        raise rejections.SameDayLimit(
            "what settles on the same day is of at most 1,000,000.00 USD", field="amount"
        )


def _text(value: str, least: int, most: int, field: str) -> None:
    if not least <= len(value) <= most or not checks.printable(value):
        message = f"it is {least} to {most} printable ASCII characters"
        raise rejections.OrderInvalid(message, field=field)
