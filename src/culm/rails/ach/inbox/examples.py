"""An example of the inbox's fact: a file with three returns."""

from __future__ import annotations

from typing import Final

from culm.book.event import Event
from culm.rails.ach.inbox import events

EXAMPLES: Final[tuple[Event, ...]] = (
    events.BankFileTaken(
        name="20260304-0900-returns-1.ach",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        kind="entries",
        returns=3,
    ),
)
