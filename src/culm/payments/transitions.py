"""What may happen to a payment in which state, and where that leads: the table, as data.

What has happened to the amounts is bounded beside it: captured <= authorised <= amount, and
refunded + disputed + returned <= captured. A test plays every sequence against both.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from culm.payments import types

Happening = Literal[
    "pay",
    "authorise",
    "submit",
    "capture",
    "complete",
    "close",
    "void",
    "expire",
    "fail",
    "doubt",
    "settle",
    "return",
    "restore",
    "refund",
    "unrefund",
    "dispute",
    "win",
    "lose",
]

HAPPENINGS: Final[tuple[Happening, ...]] = get_args(Happening)
STATES: Final[tuple[types.State, ...]] = get_args(types.State)

MEANINGS: Final[dict[Happening, str]] = {
    "pay": "It is confirmed, and the money moves at once.",
    "authorise": "It is confirmed, and the amount is held on the payer's wallet.",
    "submit": "It is confirmed, and given to the bank rail.",
    "capture": "A part of what is authorised is taken; more may follow.",
    "complete": "The last of what is authorised is taken, or the last capture asked for; "
    "what is left is let go.",
    "close": "It is voided or expires after a part was captured: what is left is let go.",
    "void": "It is taken back before any money has moved.",
    "expire": "Its time has come before any money has moved.",
    "fail": "The bank refuses it, or it comes back before it has settled.",
    "doubt": "Nobody knows whether the bank has it.",
    "settle": "The rail says that the money has arrived.",
    "return": "The other bank sends it back after it had settled, or it is reversed.",
    "restore": "Its reversal is sent back itself: the money stays where the payment brought it.",
    "refund": "A part of what was captured goes back to the payer, or will.",
    "unrefund": "A refund that was to come did not succeed.",
    "dispute": "A part of what was captured is contested, and set aside.",
    "win": "A dispute ends in favour of the payee.",
    "lose": "A dispute ends in favour of the payer.",
}

TABLE: Final[dict[tuple[types.State, Happening], types.State]] = {
    ("created", "pay"): "captured",
    ("created", "authorise"): "authorised",
    ("created", "submit"): "processing",
    ("created", "void"): "voided",
    ("created", "expire"): "expired",
    ("authorised", "capture"): "authorised",
    ("authorised", "complete"): "captured",
    ("authorised", "close"): "captured",
    ("authorised", "void"): "voided",
    ("authorised", "expire"): "expired",
    ("authorised", "refund"): "authorised",
    ("authorised", "unrefund"): "authorised",
    ("authorised", "dispute"): "authorised",
    ("authorised", "win"): "authorised",
    ("authorised", "lose"): "authorised",
    ("processing", "settle"): "captured",
    ("processing", "void"): "voided",
    ("processing", "fail"): "failed",
    ("processing", "doubt"): "unknown",
    ("unknown", "settle"): "captured",
    ("unknown", "fail"): "failed",
    ("captured", "refund"): "captured",
    ("captured", "unrefund"): "captured",
    ("captured", "dispute"): "captured",
    ("captured", "win"): "captured",
    ("captured", "lose"): "captured",
    ("captured", "return"): "returned",
    ("returned", "restore"): "captured",
}
"""A pair that is not here cannot happen: the command is refused, or the news passed over."""

_BY_BANK: Final[frozenset[Happening]] = frozenset(
    {"submit", "void", "expire", "fail", "doubt", "settle", "return", "restore"}
)

BY_KIND: Final[dict[types.Kind, frozenset[Happening]]] = {
    "transfer": frozenset(
        {"pay", "void", "expire", "refund", "unrefund", "dispute", "win", "lose"}
    ),
    "purchase": frozenset(HAPPENINGS) - {"submit", "fail", "doubt", "settle", "return", "restore"},
    "top_up": _BY_BANK,
    "withdrawal": _BY_BANK,
    "payout": _BY_BANK,
    "exchange": frozenset({"pay"}),
}
"""What can happen to payments of each kind at all."""


def after(kind: types.Kind, state: types.State, happening: Happening) -> types.State | None:
    """Where a happening leads from a state; None where it cannot happen."""
    if happening not in BY_KIND[kind]:
        return None
    return TABLE.get((state, happening))


def is_sound(payment: types.Payment) -> bool:
    """Whether the amounts of a payment are within their bounds, in whatever state it is."""
    back = (payment.refunded, payment.disputed, payment.returned)
    return (
        0 <= payment.captured <= payment.authorised <= payment.amount
        and all(amount >= 0 for amount in back)
        and sum(back) <= payment.captured
    )
