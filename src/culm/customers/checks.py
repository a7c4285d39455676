"""The form of what customers are asked with, where it is not sealed (for that see `profile`)."""

from __future__ import annotations

import re
from typing import Final

from culm.customers import rejections
from culm.security import sealed as sealed_

WORD: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
VERSION: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")


def tier(text: str) -> None:
    """Refuse what is no tier, with `TierInvalid`."""
    if not WORD.fullmatch(text):
        raise rejections.TierInvalid(
            "A tier is a word of at most 32 lower-case letters, digits, '-' or '_'.", field="tier"
        )


def purpose(text: str) -> None:
    """Refuse what is no purpose, with `ConsentInvalid`."""
    if not WORD.fullmatch(text):
        raise rejections.ConsentInvalid(
            "A purpose is a word of at most 32 lower-case letters, digits, '-' or '_'.",
            field="purpose",
        )


def version(text: str) -> None:
    """Refuse what is no version of a text, with `ConsentInvalid`."""
    if not VERSION.fullmatch(text):
        raise rejections.ConsentInvalid(
            "A version is 1 to 40 letters, digits or any of '.', '-' and '_'.", field="version"
        )


def sealed(subject: str, text: str) -> None:
    """Refuse what was not sealed, with `CustomerInvalid`: nothing else may come into the log."""
    if not (sealed_.SUBJECT.fullmatch(subject) and sealed_.FORM.fullmatch(text)):
        raise rejections.CustomerInvalid("What is known of a customer is sealed.", field="sealed")
