"""Transaction codes: what an entry does, to which kind of account, and which way money moves.

Nacha Operating Rules, Appendix Three, Glossary of Data Elements: Transaction Code.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Account = Literal["demand", "savings", "ledger", "loan", "advice"]
Purpose = Literal["live", "prenote", "zero", "return", "advice"]
Side = Literal["credit", "debit"]
Direction = Literal["out", "in"]


class TransactionCode(msgspec.Struct, frozen=True):
    """One code, as the Rules define it."""

    code: str
    account: Account
    purpose: Purpose
    """live: carries money; prenote: tests an account; zero: remittance data or acknowledgement
    only; return: a return or a notification of change; advice: accounting of the operator."""

    side: Side
    """Seen from the receiver's account; also the total of the batch in which it counts."""


def _family(digit: str, account: Account) -> list[TransactionCode]:
    paying: list[tuple[str, Purpose]] = [
        ("1", "return"),
        ("2", "live"),
        ("3", "prenote"),
        ("4", "zero"),
    ]
    collecting: list[tuple[str, Purpose]] = [
        ("6", "return"),
        ("7", "live"),
        ("8", "prenote"),
        ("9", "zero"),
    ]
    return [TransactionCode(digit + d, account, p, "credit") for d, p in paying] + [
        TransactionCode(digit + d, account, p, "debit") for d, p in collecting
    ]


_CODES = [
    *_family("2", "demand"),
    *_family("3", "savings"),
    *_family("4", "ledger"),
    TransactionCode("51", "loan", "return", "credit"),
    TransactionCode("52", "loan", "live", "credit"),
    TransactionCode("53", "loan", "prenote", "credit"),
    TransactionCode("54", "loan", "zero", "credit"),
    # A loan account is debited only to reverse a credit.
    TransactionCode("55", "loan", "live", "debit"),
    TransactionCode("56", "loan", "return", "debit"),
    *(TransactionCode(str(n), "advice", "advice", "credit") for n in (81, 83, 85, 87)),
    *(TransactionCode(str(n), "advice", "advice", "debit") for n in (82, 84, 86, 88)),
]

CODES: dict[str, TransactionCode] = {code.code: code for code in _CODES}

LOAN_DEBIT = "55"

_DIRECTIONS: dict[tuple[Purpose, Side], Direction] = {
    ("live", "credit"): "out",
    ("live", "debit"): "in",
    ("return", "credit"): "in",
    ("return", "debit"): "out",
}

DIRECTIONS: dict[str, Direction] = {
    c.code: _DIRECTIONS[c.purpose, c.side] for c in _CODES if (c.purpose, c.side) in _DIRECTIONS
}
"""Which way money moves for the originator: a live credit pays it out, a live debit collects it;
a returned credit comes back in, a returned debit goes out again. Other codes move none."""


def opposite(direction: Direction) -> Direction:
    """The other way."""
    return "in" if direction == "out" else "out"
