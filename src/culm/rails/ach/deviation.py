"""A deviation: one thing about a file that is not as the Rules or this codec's limits want it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Severity = Literal["error", "warning"]
"""An error refuses the file. A warning names a harmless habit of real banks, and refuses nothing:
it cannot change who is paid what, and reading it has one possible meaning."""


class Kind(msgspec.Struct, frozen=True):
    """One kind of deviation that the codec can find."""

    code: str
    severity: Severity
    rule: str
    """The rule in words, and where it stands."""

    meaning: str


class Deviation(msgspec.Struct, frozen=True):
    """One deviation, found at one place."""

    line: int
    """The record's place in the file, from 1, which is also that of a file without records."""

    field: str
    """The field at fault, named as in the record's layout; `record_type` where the record or the
    file as a whole is."""

    code: str
    rule: str
    message: str
    """One sentence for a person. It never quotes names or account numbers."""

    batch: int | None = None
    """The ordinal of the batch it belongs to, from 1; None when it concerns the file."""

    severity: Severity = "error"


class Finding(NamedTuple):
    """What a check found in one record; the reader adds where."""

    code: str
    field: str
    message: str
