"""A statement as CSV (RFC 4180): a row for the opening balance, one a line, one for the closing."""

from __future__ import annotations

import csv
import io
from typing import Final

from culm.wallets import views
from culm.wallets.files import paper as paper_

MEDIA_TYPE: Final = "text/csv"

COLUMNS: Final = (
    "row",
    "effective",
    "recorded",
    "transaction",
    "kind",
    "title",
    "description",
    "counterparty",
    "payment",
    "reference",
    "amount",
    "balance",
    "currency",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would reckon with."""


def write(paper: paper_.Paper) -> bytes:
    """The file, in UTF-8. Amounts have a point and no groups; texts that a spreadsheet would take
    for a formula begin with an apostrophe."""
    of, text = paper.statement, io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    total = {"currency": of.currency}
    opening = {"effective": of.first_day.isoformat(), "balance": paper.plain(of.opening)}
    rows.writerow({"row": "opening", **opening, **total})
    for line in of.lines:
        rows.writerow(_row(paper, line))
    closing = {"effective": of.last_day.isoformat(), "balance": paper.plain(of.closing)}
    rows.writerow({"row": "closing", **closing, **total})
    return text.getvalue().encode()


def _row(paper: paper_.Paper, line: views.WalletTransaction) -> dict[str, str]:
    other = line.counterparty
    return {
        "row": "line",
        "effective": line.effective.isoformat(),
        "recorded": line.recorded.isoformat(),
        "transaction": line.id,
        "kind": line.kind,
        "title": _text(line.title),
        "description": _text(line.description),
        "counterparty": _text(other.name or other.wallet if other else ""),
        "payment": line.payment or "",
        "reference": _text(line.reference),
        "amount": paper.plain(line.amount),
        "balance": paper.plain(line.balance),
        "currency": line.currency,
    }


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
