"""Which rail carries a payment. What goes between wallets is the instant rail's, in the decision
that confirms it; what goes to or comes from a bank is given to the rail of that bank."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.payments import types


def submit(unit: Unit, payment: types.Payment) -> str:
    """Give a payment to the bank's rail. Returns what the rail calls it."""
    raise NotImplementedError


def withdraw(unit: Unit, payment: types.Payment) -> bool:
    """Take a payment back from its rail; whether that was still possible."""
    raise NotImplementedError
