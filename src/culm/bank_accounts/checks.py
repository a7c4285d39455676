"""The form of what is said of a bank account."""

from __future__ import annotations

import re
from typing import Final

from culm.bank_accounts import rejections, types
from culm.rails.ach import digits
from culm.security import sealed as sealed_

MAX_SEALED: Final = 1_000
"""What the rail takes; a number and a name need less than half of it."""

MIN_DIGITS, MAX_DIGITS = 4, 17
SHOWN_DIGITS: Final = 4
MAX_NAME: Final = 100
DEPOSITS: Final = 2
MAX_CENTS: Final = 99
"""A micro-entry is of less than a dollar (Nacha Operating Rules 2022, Micro-Entries)."""

_SHOWN: Final = re.compile(r"[0-9A-Za-z-]{1,4}")


def routing(number: str, field: str = "routing") -> None:
    """Refuse what is no routing number (ABA: weighted 3, 7, 1, the nine digits come to a multiple
    of ten)."""
    sound = len(number) == 9 and digits.are_digits(number) and not digits.is_blank_or_zero(number)
    if not sound or digits.check_digit(number[:8]) != number[8]:
        raise rejections.RoutingNumberInvalid(field)


def account(number: str, field: str = "account") -> None:
    """Refuse what is no account number."""
    if not (MIN_DIGITS <= len(number) <= MAX_DIGITS and digits.are_digits(number)):
        raise rejections.AccountNumberInvalid(field)


def holder(name: str, field: str = "holder_name") -> None:
    """Refuse what cannot be a name."""
    if not (name.strip() and len(name) <= MAX_NAME and name.isprintable()):
        raise rejections.HolderNameInvalid(field)


def correction(routing_: str | None, account_: str | None) -> types.Wrong | None:
    """What of a bank's correction cannot be right. Banks have shorter account numbers than may be
    linked, and other ones than of digits; but some of it is shown, and some is not."""
    if routing_ is not None:
        try:
            routing(routing_)
        except rejections.RoutingNumberInvalid:
            return "routing"
    if account_ is not None and not (len(account_) > 1 and _SHOWN.fullmatch(shown(account_))):
        return "account"
    return None


def shown(number: str) -> str:
    """The digits of an account number that are shown: the last four, and never more than half."""
    return number[-min(SHOWN_DIGITS, len(number) // 2) :]


def sealed(subject: str, text: str, last4: str) -> None:
    """Refuse what is not sealed, or shows too much."""
    if not (
        sealed_.SUBJECT.fullmatch(subject)
        and len(text) <= MAX_SEALED
        and sealed_.FORM.fullmatch(text)
        and _SHOWN.fullmatch(last4)
    ):
        raise rejections.BankAccountInvalid


def amounts(said: tuple[int, ...]) -> None:
    """Refuse what no micro-deposits could be."""
    if len(said) != DEPOSITS or not all(1 <= one <= MAX_CENTS for one in said):
        raise rejections.DepositAmountsInvalid("amounts")


def same_subject(customer: str, said: str) -> None:
    """Refuse what is sealed with the key of anybody but the customer."""
    if customer != said:
        raise rejections.BankAccountInvalid
