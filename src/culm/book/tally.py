"""What a Book has done so far, counted a turn at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Final

from culm.book import event as event_
from culm.kernel import errors, histogram

FATES: Final = ("landed", "unwritten", "taken", "fenced")
OUTCOMES: Final = (
    "accepted",
    "rejected",
    "failed",
    errors.Busy.code,
    errors.Unavailable.code,
    errors.OutcomeUnknown.code,
)


class Tally:
    """Counts since the process began.

    `turns` by what became of them: `landed`, `unwritten` (there was nothing to write), `taken` by
    another process, `fenced` after an interrupted commit. `commands` by what their callers heard:
    `accepted`, `rejected`, `failed` (a defect), or the code of what kept them from being decided.
    `events` by their type, and by what their type is counted by.
    `seconds` is how long a turn took from the start of its decisions until it was durable.
    """

    def __init__(self) -> None:
        self.turns = Counter(dict.fromkeys(FATES, 0))  # what has not happened yet is told as well
        self.commands = Counter(dict.fromkeys(OUTCOMES, 0))
        self.events: Counter[tuple[str, str]] = Counter()
        self.seconds = histogram.Histogram()

    def turn(self, outcomes: Collection[Any], seconds: float, *, written: bool) -> None:
        """A turn whose callers are told."""
        self.turns["landed" if written else "unwritten"] += 1
        if written:
            self.seconds.observe(seconds)
        wrong = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        if wrong:
            rejected = sum([isinstance(outcome, errors.CulmError) for outcome in wrong])
            self.commands["rejected"] += rejected
            self.commands["failed"] += len(wrong) - rejected
        self.commands["accepted"] += len(outcomes) - len(wrong)

    def facts(self, events: Iterable[event_.Event]) -> None:
        """What has come to pass in a turn."""
        for event in events:
            by = event.COUNTED_BY
            self.events[event.TYPE, getattr(event, by) if by else ""] += 1
