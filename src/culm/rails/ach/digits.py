"""Digits: the checks and sums that every record needs."""

from __future__ import annotations

HASH_MODULUS = 10**10
"""Entry hashes keep their last ten digits (Appendix Three, Glossary: Entry Hash)."""

_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7)


def are_digits(text: str) -> bool:
    """Whether the text is ASCII digits and nothing else."""
    return text.isdecimal() and text.isascii()


def number(text: str) -> int | None:
    """The number that the text stands for, or None."""
    return int(text) if are_digits(text) else None


def check_digit(rdfi: str) -> str:
    """The ninth digit of a routing number: with it, the digits weighted 3, 7, 1 sum to a multiple
    of ten (Appendix Three, Glossary: Check Digit)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, rdfi, strict=True))
    return str(-total % 10)


def is_blank_or_zero(text: str) -> bool:
    """Whether a text field says nothing: blanks, zeros, or both."""
    return not text.strip(" 0")
