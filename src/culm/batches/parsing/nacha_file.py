"""A batch that came as a NACHA file, as payroll programs write it: its credits are paid out.

Of the file's header and batches only the class of entries counts: when it is sent, and by which
bank, is our rail's. Nacha Operating Rules, Appendix Three.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from culm.batches import rejections
from culm.batches.parsing import draft
from culm.rails.ach import entry as entry_
from culm.rails.ach import survey

_SAVINGS: Final = frozenset({"32", "33", "34", "37", "38", "39"})
"""Transaction codes of savings accounts (Appendix Three, Transaction Codes)."""
_BUSINESS: Final = frozenset({"CCD", "CTX"})


def read(content: bytes) -> Iterator[draft.Draft]:
    """The entries, by their lines in the file. Raises `BatchUnreadable` where the file breaks the
    rules: of a file whose totals are wrong nothing is known."""
    report = survey.survey(io.BytesIO(content))
    if not report.valid:
        raise rejections.BatchUnreadable(
            message=f"The file has {len(report.errors)} errors, the first in line "
            f"{report.errors[0].line}."
        )
    for entry in survey.entries(io.BytesIO(content), report):
        yield draft.draft(entry.line, lambda line, entry=entry: _draft(line, entry))  # type: ignore[misc]


def _draft(line: int, entry: entry_.Entry) -> draft.Draft:
    detail = entry.detail
    if entry.direction != "out" or entry.returned is not None:
        raise rejections.EntryNotCredit("transaction_code")
    return draft.Draft(
        line,
        detail.amount_minor,
        outside=draft.Outside(
            routing=detail.routing_number,
            account=detail.account_number,
            holder_name=getattr(detail, "name", "").strip(),
            kind="savings" if detail.transaction_code in _SAVINGS else "checking",
            holder_type="business" if entry.sec in _BUSINESS else "person",
        ),
        identification=getattr(detail, "identification", "").strip(),
    )
