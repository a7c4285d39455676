"""What wallets ask about the customers that they belong to."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit

TIER: Final = "basic"
"""The tier of every customer until customers are kept here."""


def require_usable(_unit: Unit, _customer_id: str, _field: str) -> None:
    """Refuse a customer who may not be served."""


def tier(_unit: Unit, _customer_id: str) -> str:
    """A customer's tier, by which the limits of its wallets are chosen."""
    return TIER


def want(_unit: Unit, *_customer_ids: str) -> None:
    """Ask for customers, before a decision looks at them."""
