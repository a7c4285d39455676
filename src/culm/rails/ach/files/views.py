"""The public shape of a file."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from culm.kernel import money
from culm.rails.ach.files import types


class AchFile(msgspec.Struct, frozen=True):
    """A file for the bank. Amounts are US cents. `refused` are the batches that the bank refused,
    counted from 1, and `code` and `reason` what it says of them, or of the whole file."""

    id: str
    state: types.FileState
    name: str
    window: str
    created: datetime
    effective: date
    settles: datetime
    batches: tuple[str, ...]
    entries: int
    debit: money.Minor
    credit: money.Minor
    sha256: str
    size: int
    refused: tuple[int, ...]
    code: str
    reason: str


def file(row: types.File) -> AchFile:
    """The public shape of a file."""
    fields = {name: getattr(row, name) for name in AchFile.__struct_fields__}
    return AchFile(**{**fields, "debit": str(row.debit), "credit": str(row.credit)})
