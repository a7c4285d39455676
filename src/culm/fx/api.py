"""The door of foreign exchange for the contexts above it: helpers on a unit, for decisions."""

from __future__ import annotations

from typing import Final

from culm.fx import rejections, types
from culm.fx.decisions import quotes

Quote = types.Quote

USING: Final = (rejections.QuoteNotFound, rejections.QuoteUsed, rejections.QuoteExpired)
"""What `usable` and `use` raise, for the declarations of routes."""

quote: Final = quotes.quote
usable: Final = quotes.usable
use: Final = quotes.use
peek: Final = quotes.peek
want_quotes: Final = quotes.want_quotes


def position(currency: str) -> str:
    """The code of the house's position in a currency: credited with what it gets by exchanges, and
    debited with what it gives for them. A balance below zero is what the house is long."""
    return f"assets:fx:{currency.lower()}"
