"""The form of what recurring payments are asked: checks that need no state."""

from __future__ import annotations

import itertools
from typing import Final

from culm.recurring import rejections

MAX_RETRIES: Final = 5
MAX_DAYS: Final = 30
MAX_TEXT: Final = 64
MAX_FAILURES: Final = 100
MAX_METADATA: Final = 48
"""Keys: two fewer than a payment may have."""
NOTED: Final = ("schedule", "run")
"""What payments of a schedule are noted with."""


def retries(days: tuple[int, ...], stop_after: int | None) -> None:
    """Refuse days of retries that do not rise, and a number of failures out of range."""
    in_range = len(days) <= MAX_RETRIES and all(1 <= day <= MAX_DAYS for day in days)
    if not in_range or any(one >= other for one, other in itertools.pairwise(days)):
        raise rejections.RetriesInvalid("retries")
    if stop_after is not None and not 1 <= stop_after <= MAX_FAILURES:
        raise rejections.RetriesInvalid("stop_after")


def metadata(noted: dict[str, str]) -> None:
    """Refuse metadata that has no room for what runs note."""
    if len(noted) > MAX_METADATA or noted.keys() & set(NOTED):
        raise rejections.MetadataFull("metadata")


def mandate_text(text: str) -> None:
    """Refuse what does not name a text."""
    if not 0 < len(text) <= MAX_TEXT or not text.isprintable():
        raise rejections.MandateInvalid("text")


def most(maximum: int | None, monthly: int | None) -> None:
    """Refuse a month that allows less than one collection."""
    if maximum is not None and monthly is not None and monthly < maximum:
        raise rejections.MandateInvalid("monthly")
