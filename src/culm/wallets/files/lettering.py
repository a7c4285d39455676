"""What of a text the font of the PDF can write, and in which order. The library leaves out letters
that the font lacks, without a trace, and writes all others from left to right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

MISSING: Final = "\ufffd"
"""What stands for a letter that cannot be written."""

_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Hebrew, Arabic, and the other scripts that run so."""

_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Joiners, variation selectors, and marks of direction (Unicode, Default_Ignorable_Code_Point)."""

_MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def written(text: str, font: Container[int]) -> str:
    """A text in letters that the font has. What is never seen is left out, so that no mark turns
    the order of letters round."""
    if text.isascii() and text.isprintable():
        return text
    seen = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return "".join(one if ord(one) in font else MISSING for one in seen)


def in_order(row: str, paragraph: str) -> str:
    """A row of a paragraph as its letters stand on paper, from left to right (Unicode Standard
    Annex 9). Letters are not joined: that takes tables which the library does not read."""
    if _RIGHT_TO_LEFT.search(row) is None:
        return row
    from fpdf import bidi  # noqa: PLC0415 - as for all of the library

    letters = bidi.BidiParagraph(
        row, base_direction=bidi.auto_detect_base_direction(paragraph)
    ).get_reordered_characters()
    return "".join(
        one.character.translate(_MIRRORED) if one.embedding_level % 2 else one.character
        for one in letters
    )
