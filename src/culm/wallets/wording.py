"""What a transaction was, in words that whoever owns the wallet understands."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Words(NamedTuple):
    """What a kind of transaction is called when money goes out, and when it comes in; `named`
    tells whether the other side belongs into the sentence."""

    out: str
    inward: str
    named: bool = True


WORDS: Final = {
    "transfer": Words("Transfer", "Transfer"),
    "purchase": Words("Payment", "Payment received"),
    "capture": Words("Payment", "Payment received"),
    "refund": Words("Refund", "Refund"),
    "exchange": Words("Exchange", "Exchange"),
    "split": Words("Share passed on", "Share of a payment"),
    "fee": Words("Fee", "Fee given back", named=False),
    "top_up": Words("Top-up taken back", "Top-up from bank account", named=False),
    "withdrawal": Words("Withdrawal to bank account", "Withdrawal given back", named=False),
    "payout": Words("Payout to bank account", "Payout given back", named=False),
    "return": Words("{Top-up} returned by the bank", "{Payment} returned by the bank", named=False),
    "bank_reversal": Words("{Payment} reversed", "{Payment} reversed", named=False),
    "reversal_return": Words(
        "Reversal returned by the bank", "Reversal returned by the bank", named=False
    ),
    "dishonoured_return": Words(
        "Return of the {payment} refused", "Return of the {top-up} refused", named=False
    ),
    "contested_return": Words(
        "{Top-up} returned by the bank again", "{Payment} returned by the bank again", named=False
    ),
    "dispute": Words("Set aside for a dispute", "Given back after a dispute", named=False),
    "bank_transfer": Words("Transfer to bank account", "Bank transfer given back", named=False),
    "recovery": Words("Paid back after a return", "Paid back", named=False),
    "reversal": Words("Correction", "Correction", named=False),
}
"""By the kind of the transaction in the ledger. Others are called by their own name. What stands in
braces is said where the transaction does not tell what it undoes."""

BY_BANK: Final = {"top_up": "Top-up", "withdrawal": "Withdrawal", "payout": "Payout"}
"""What goes to a bank or comes from one, and what it is called when it is undone."""

MEANING: Final = {
    "ach_credit": "bank_transfer",
    "ach_debit": "top_up",
    "ach_return": "return",
    "ach_reversal": "bank_reversal",
    "ach_reversal_return": "reversal_return",
    "ach_dishonour": "dishonoured_return",
    "ach_dishonour_return": "contested_return",
    "ach_recovery": "recovery",
}
"""What the kinds of rails are to the owner of a wallet, whichever rail it is."""

_UNDONE: Final = re.compile(r"\{(.+?)\}")


def kind(booked: str, *, of: str = "") -> str:
    """The kind of a transaction as its owner knows it. What a bank's rail moves is `of` a payment
    of some kind, as it says itself: to the rail withdrawals and payouts are the same."""
    meant = MEANING.get(booked, booked)
    return of if meant in ("bank_transfer", "top_up") and of in BY_BANK else meant


def pending(*, inward: bool, who: str = "", bank: bool = False) -> str:
    """What is held: `Held for Corner Shop`, `On its way from bank account`."""
    if bank:
        return "On its way from bank account" if inward else "On its way to bank account"
    if inward:
        return f"On its way from {who}" if who else "On its way"
    return f"Held for {who}" if who else "Held"


def title(kind: str, *, inward: bool, who: str = "", of: str = "") -> str:
    """`transfer`, outward, Ann Smith -> `Transfer to Ann Smith`; `return`, inward, of a `payout` ->
    `Payout returned by the bank`."""
    plain = kind.replace("_", " ").replace("-", " ").replace(".", " ").capitalize()
    words = WORDS.get(kind, Words(plain, plain))
    said = _UNDONE.sub(lambda word: _undone(word[1], of), words.inward if inward else words.out)
    if not who or not words.named:
        return said
    return f"{said} from {who}" if inward else f"{said} to {who}"


def _undone(word: str, of: str) -> str:
    """What is undone, if that is known, as large or small as the word that it stands for."""
    name = BY_BANK.get(of, word)
    return name if word[0].isupper() else name.lower()
