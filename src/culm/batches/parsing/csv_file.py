"""A batch that came as a CSV file (RFC 4180): UTF-8, with a header line that names its columns.

    amount,to,routing,account,holder_name,kind,holder_type,identification,description

`amount` is needed, in dollars with two digits after the point: 1250.00. Beside it stands `to`, or
`routing`, `account` and `holder_name`. Other columns may be left out; unknown ones refuse the file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from culm.batches import rejections
from culm.batches.parsing import draft

COLUMNS: Final = (
    "amount",
    "to",
    "routing",
    "account",
    "holder_name",
    "kind",
    "holder_type",
    "identification",
    "description",
)
_AMOUNT: Final = re.compile(r"([0-9]{1,15})\.([0-9]{2})")
_OUTSIDE: Final = ("routing", "account", "holder_name")


def read(content: bytes) -> Iterator[draft.Draft]:
    """The entries, by their lines in the file. Raises `BatchUnreadable`."""
    try:
        text = content.decode("utf-8-sig")
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = [name.strip() for name in next(lines, [])]
    except (UnicodeDecodeError, csv.Error):
        raise rejections.BatchUnreadable from None
    if not {"amount"} <= set(header) <= set(COLUMNS) or len(set(header)) < len(header):
        raise rejections.BatchUnreadable
    yield from _rows(lines, header)


def _rows(lines: Iterator[list[str]], header: list[str]) -> Iterator[draft.Draft]:
    line = 1
    reader = iter(lines)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise rejections.BatchUnreadable from None
        line = getattr(lines, "line_num", line)
        if row:
            yield draft.draft(line, lambda line, row=row: _draft(line, header, row))  # type: ignore[misc]


def _draft(line: int, header: list[str], row: list[str]) -> draft.Draft:
    if len(row) != len(header):
        raise rejections.EntryInvalid("columns")
    said = {name: value.strip() for name, value in zip(header, row, strict=True) if value.strip()}
    amount = _AMOUNT.fullmatch(said.get("amount", ""))
    if amount is None:
        raise rejections.EntryInvalid("amount")
    return draft.Draft(
        line,
        int(amount[1] + amount[2]),
        said.get("to", ""),
        _outside(said),
        said.get("identification", ""),
        said.get("description", ""),
    )


def _outside(said: dict[str, str]) -> draft.Outside | None:
    named = {name: said[name] for name in (*_OUTSIDE, "kind", "holder_type") if name in said}
    if not named:
        return None
    try:
        return msgspec.convert(named, draft.Outside)
    except msgspec.ValidationError:
        missing = [name for name in _OUTSIDE if name not in named]
        raise rejections.EntryInvalid(missing[0] if missing else "kind") from None
