"""Is a line a record of 94 printable characters? (Appendix One, Data Specifications)"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach.deviation import Finding
from culm.rails.ach.layout import RECORD_TYPE, Record, field_at
from culm.rails.ach.limits import RECORD_CHARS
from culm.rails.ach.records import FileHeader

_LAST_MANDATORY = {"1": FileHeader.format_code.end, "9": 55}
"""Where the last field ends that may not be blank: before it, no trailing blanks can be missing.
The other records end in a number."""

END_OF_FILE_MARK = "\x1a"


def line(text: str, clean: bool, layout: type[Record]) -> Iterator[Finding]:
    """Everything that deviates in the line of a record of this layout; `clean` if its characters
    were looked at."""
    if not clean:
        yield from _characters(text, layout)
    length = len(text)
    at = field_at(layout, length + 1)
    if length > RECORD_CHARS:
        if text[RECORD_CHARS:].strip(" "):
            yield Finding("line.too-long", at, f"The record has {length} characters.")
        else:
            yield Finding("line.trailing-blanks", at, "Blanks follow the record.")
    elif length < _LAST_MANDATORY.get(text[:1], RECORD_CHARS):
        yield Finding("line.too-short", at, f"The record has only {length} characters.")
    elif length < RECORD_CHARS:
        yield Finding("line.trimmed", at, f"The record is trimmed to {length} characters.")


def _characters(text: str, layout: type[Record]) -> Iterator[Finding]:
    """Each field that holds something else than printable ASCII, once."""
    seen: set[str] = set()
    for column, character in enumerate(text, 1):
        if " " <= character <= "~":
            continue
        name = field_at(layout, column)
        if name not in seen:
            seen.add(name)
            message = f"Column {column} holds no printable ASCII character."
            yield Finding("line.character", name, message)


def is_filler(text: str) -> bool:
    """Whether the line is padding: nothing but nines."""
    return not text.rstrip(" ").strip("9")


def filler(text: str, *, closed: bool) -> Iterator[Finding]:
    """A padding record that is not 94 nines, or stands before the file control has `closed` the
    file (Appendix Three, Sequence of Records: nines fill the last block, after the File Control).
    """
    if not closed:
        message = "Nines stand before the file control record."
        yield Finding("padding.misplaced", RECORD_TYPE, message)
    if len(text) != RECORD_CHARS or " " in text:
        yield Finding("padding.malformed", RECORD_TYPE, "The padding is not 94 nines.")
