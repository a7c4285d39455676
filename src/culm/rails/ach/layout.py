"""Fixed-width records as data: a record type is a list of fields, each with its columns.

A record keeps its line exactly as it stood in the file and a field is a view of some columns of
it, so what is read can be written again byte for byte, and nothing is parsed that nobody asks for.
Columns count from 1 and include both ends, as in the Nacha Operating Rules, Appendix Three.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal, TypeVar, overload

import msgspec

from culm.rails.ach.limits import RECORD_CHARS

RECORD_TYPE = "record_type"
"""The field that is named where a record as a whole is meant: one too many, missing, misplaced."""

Inclusion = Literal["M", "R", "O", "C"]
"""Mandatory (else the operator rejects), required (else the RDFI may), optional, and constant or
reserved (Appendix Three, Inclusion Requirements)."""

Kind = Literal["text", "number"]
"""Text is left-justified and filled with blanks; a number right-justified and filled with zeros
(Appendix One, Data Specifications)."""


class FieldError(ValueError):
    """A value does not fit the field it was given for."""


class Field:
    """One field of a record type; on a record it reads as the text of its columns, blanks kept."""

    __slots__ = ("constant", "end", "inclusion", "kind", "name", "start", "view", "width")

    def __init__(
        self,
        start: int,
        end: int,
        inclusion: Inclusion = "R",
        kind: Kind = "text",
        *,
        constant: str | None = None,
        view: bool = False,
    ) -> None:
        """`constant` is what a new record gets unasked; a `view` re-reads others' columns."""
        self.name = ""
        self.start = start
        self.end = end
        self.inclusion = inclusion
        self.kind = kind
        self.constant = constant
        self.view = view
        self.width = end - start + 1

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, record: None, owner: type | None = None) -> Field: ...

    @overload
    def __get__(self, record: Record, owner: type | None = None) -> str: ...

    def __get__(self, record: Record | None, owner: type | None = None) -> Field | str:
        if record is None:
            return self
        # A bank that trims trailing blanks leaves a short line: the blanks are still meant.
        return record.text[self.start - 1 : self.end].ljust(self.width)

    def fill(self, value: str | int) -> str:
        """The value at the field's width, or `FieldError`."""
        text = str(value)
        if len(text) > self.width or (self.kind == "number" and not text.isdecimal()):
            raise FieldError(f"{self.name} takes {self.width} {self.kind} characters")
        if not (text.isascii() and text.isprintable()):
            raise FieldError(f"{self.name} takes printable ASCII characters only")
        return text.rjust(self.width, "0") if self.kind == "number" else text.ljust(self.width)


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record of a file, as it stood there."""

    text: str
    """The line without its ending: 94 characters, or fewer where trailing blanks were trimmed.
    Bytes that are not UTF-8 are held as lone surrogates, so that they can be written again."""

    line: int = 0
    """Its place in the file, from 1; 0 in a record that never was in one."""

    batch: int = 0
    """The ordinal (from 1) of the batch it belongs to; 0 outside any batch."""


R = TypeVar("R", bound=Record)


@cache
def fields(record_type: type[Record]) -> tuple[Field, ...]:
    """The layout of a record type, in order of columns, without views."""
    named: dict[str, Field] = {}
    for owner in reversed(record_type.__mro__):
        named.update((k, v) for k, v in vars(owner).items() if isinstance(v, Field))
    return tuple(sorted((f for f in named.values() if not f.view), key=lambda f: f.start))


def field_at(record_type: type[Record], column: int) -> str:
    """The name of the field that holds a column; the last one for what stands past the record.

    Where the layout names none, the record itself is meant, and so its type.
    """
    within = min(column, RECORD_CHARS)
    covering = (f.name for f in fields(record_type) if f.start <= within <= f.end)
    return next(covering, RECORD_TYPE)


def compose(record_type: type[R], **values: str | int) -> R:
    """A new record of this type: the values given, constants, and blanks or zeros for the rest.

    Raises `FieldError` for a value that does not fit, or a name that the layout does not have.
    """
    text = ""
    for field in fields(record_type):
        value = values.pop(field.name, field.constant)
        text += field.fill(value if value is not None else 0 if field.kind == "number" else "")
    if values:
        raise FieldError(f"{record_type.__name__} has no field {', '.join(sorted(values))}")
    return record_type(text=text)


def date_of(text: str) -> date | None:
    """A YYMMDD field as a date of this century, or None when it is none."""
    if len(text) != 6 or not (text.isascii() and text.isdecimal()):
        return None
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def yymmdd(day: date) -> str:
    """A date as fields hold it."""
    return day.strftime("%y%m%d")
