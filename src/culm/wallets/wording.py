"""What a transaction was, in words that whoever owns the wallet understands."""

from __future__ import annotations

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
    "return": Words("Top-up returned by the bank", "Payment returned by the bank", named=False),
    "dispute": Words("Set aside for a dispute", "Given back after a dispute", named=False),
    "bank_transfer": Words("Transfer to bank account", "Bank transfer given back", named=False),
    "recovery": Words("Paid back after a return", "Paid back", named=False),
    "reversal": Words("Correction", "Correction", named=False),
}
"""By the kind of the transaction in the ledger. Others are called by their own name."""

MEANING: Final = {
    "ach_credit": "bank_transfer",
    "ach_debit": "top_up",
    "ach_return": "return",
    "ach_recovery": "recovery",
}
"""What the kinds of rails are to the owner of a wallet, whichever rail it is."""


def kind(booked: str) -> str:
    """The kind of a transaction as its owner knows it."""
    return MEANING.get(booked, booked)


def pending(*, inward: bool, who: str = "", bank: bool = False) -> str:
    """What is held: `Held for Corner Shop`, `On its way from bank account`."""
    if bank:
        return "On its way from bank account" if inward else "On its way to bank account"
    if inward:
        return f"On its way from {who}" if who else "On its way"
    return f"Held for {who}" if who else "Held"


def title(kind: str, *, inward: bool, who: str = "") -> str:
    """`transfer`, outward, Ann Smith -> `Transfer to Ann Smith`."""
    plain = kind.replace("_", " ").replace("-", " ").replace(".", " ").capitalize()
    words = WORDS.get(kind, Words(plain, plain))
    said = words.inward if inward else words.out
    if not who or not words.named:
        return said
    return f"{said} from {who}" if inward else f"{said} to {who}"
