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
    "fee": Words("Fee", "Fee given back", named=False),
    "top_up": Words("Top-up taken back", "Top-up from bank account", named=False),
    "withdrawal": Words("Withdrawal to bank account", "Withdrawal given back", named=False),
    "payout": Words("Payout to bank account", "Payout given back", named=False),
    "return": Words("Top-up returned by the bank", "Payment returned by the bank", named=False),
    "dispute": Words("Set aside for a dispute", "Given back after a dispute", named=False),
    "reversal": Words("Correction", "Correction", named=False),
}
"""By the kind of the transaction in the ledger. Others are called by their own name."""


def title(kind: str, *, inward: bool, who: str = "") -> str:
    """`transfer`, outward, Ann Smith -> `Transfer to Ann Smith`."""
    plain = kind.replace("_", " ").replace("-", " ").replace(".", " ").capitalize()
    words = WORDS.get(kind, Words(plain, plain))
    said = words.inward if inward else words.out
    if not who or not words.named:
        return said
    return f"{said} from {who}" if inward else f"{said} to {who}"
