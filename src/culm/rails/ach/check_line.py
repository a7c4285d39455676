"""Is a line a record of 94 printable characters? (Appendix One, Data Specifications)"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach.deviation import Finding
from culm.rails.ach.limits import RECORD_CHARS
from culm.rails.ach.records import FileHeader

_LAST_MANDATORY = {"1": FileHeader.format_code.end, "9": 55}
"""Where the last field ends that may not be blank: before it, no trailing blanks can be missing.
The other records end in a number."""

END_OF_FILE_MARK = "\x1a"


def line(text: str, clean: bool) -> Iterator[Finding]:
    """Everything that deviates in a record's line; `clean` if its characters were looked at."""
    if not clean:
        yield from _characters(text)
    if len(text) > RECORD_CHARS:
        if text[RECORD_CHARS:].strip(" "):
            yield Finding("line.too-long", "", f"The record has {len(text)} characters.")
        else:
            yield Finding("line.trailing-blanks", "", "Blanks follow the record.")
    elif len(text) < _LAST_MANDATORY.get(text[:1], RECORD_CHARS):
        yield Finding("line.too-short", "", f"The record has only {len(text)} characters.")
    elif len(text) < RECORD_CHARS:
        yield Finding("line.trimmed", "", f"The record is trimmed to {len(text)} characters.")


def _characters(text: str) -> Iterator[Finding]:
    for column, character in enumerate(text, 1):
        if not " " <= character <= "~":
            yield Finding(
                "line.character", "", f"Column {column} holds no printable ASCII character."
            )
            return


def is_filler(text: str) -> bool:
    """Whether the line is padding: nothing but nines."""
    return not text.rstrip(" ").strip("9")


def filler(text: str, *, closed: bool) -> Iterator[Finding]:
    """A padding record that is not 94 nines, or stands before the file control has `closed` the
    file (Appendix Three, Sequence of Records: nines fill the last block, after the File Control).
    """
    if not closed:
        yield Finding(
            "padding.misplaced", "record_type", "Nines stand before the file control record."
        )
    if len(text) != RECORD_CHARS or " " in text:
        yield Finding("padding.malformed", "", "The padding is not 94 nines.")
