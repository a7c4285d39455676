"""What PostgreSQL would not take, so that a run in memory is no more lenient than the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from culm.book import store as store_
from culm.book import turn as turn_

LARGEST: Final = 10**38 - 1
"""numeric(38, 0)."""


def check_parameters(columns: Iterable[Iterable[Any]]) -> None:
    """Raise `Refused` for a query that the database cannot read: its texts have no NUL."""
    for column in columns:
        for value in column:
            if isinstance(value, str) and "\x00" in value:
                raise store_.Refused(f"a text cannot hold a NUL: {value!r}")


def check(draft: turn_.Draft) -> None:
    """Raise `Refused` for a turn with a value that its column cannot hold."""
    for rows in draft.rows.values():
        for row in rows:
            _check_values(row)
    for changed in draft.changed.values():
        for row in changed.values():
            _check_values(_values(row))


def _values(row: Any) -> Iterable[Any]:
    return msgspec.structs.astuple(row) if isinstance(row, msgspec.Struct) else (row,)


def _check_values(values: Iterable[Any]) -> None:
    for value in values:
        if type(value) is int:
            if not -LARGEST <= value <= LARGEST:
                raise store_.Refused(f"numeric field overflow: {value}")
        elif type(value) is str and "\x00" in value:
            raise store_.Refused(f"a text cannot hold a NUL: {value!r}")
