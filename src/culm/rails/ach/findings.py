"""Collects deviations as they are found: all errors, and warnings up to a number of each code."""

from __future__ import annotations

from collections import Counter

from culm.rails.ach import limits
from culm.rails.ach.deviation import Deviation
from culm.rails.ach.kinds import KINDS
from culm.rails.ach.layout import RECORD_TYPE


class ReadingStoppedError(Exception):
    """Raised inside the reader, and caught there, when a limit ends the reading."""


class Findings:
    """The deviations of one file."""

    def __init__(self) -> None:
        self.deviations: list[Deviation] = []
        self.errors = 0
        self.refused_batches: set[int] = set()
        self._warnings: Counter[str] = Counter()
        self._unlisted: dict[str, str] = {}

    def add(
        self,
        code: str,
        line: int,
        message: str,
        *,
        field: str = RECORD_TYPE,
        batch: int | None = None,
    ) -> None:
        """Records one deviation; the last one that the limit allows stops the reading."""
        kind = KINDS[code]
        if kind.severity == "warning":
            self._warnings[code] += 1
            if self._warnings[code] > limits.MAX_WARNINGS_PER_CODE:
                self._unlisted[code] = field
                return
        elif self.errors == limits.MAX_DEVIATIONS:
            self._stop(line)
        else:
            self.errors += 1
            if batch is not None:
                self.refused_batches.add(batch)
        self.deviations.append(
            Deviation(line, field, code, kind.rule, message, batch, kind.severity)
        )

    def _stop(self, line: int) -> None:
        code = "file.too-many-deviations"
        self.deviations.append(
            Deviation(
                line,
                RECORD_TYPE,
                code,
                KINDS[code].rule,
                f"More than {limits.MAX_DEVIATIONS} errors; reading stopped at line {line}.",
            )
        )
        raise ReadingStoppedError

    def finish(self, line: int) -> None:
        """Counts the warnings that were not listed one by one."""
        for code, field in self._unlisted.items():
            more = self._warnings[code] - limits.MAX_WARNINGS_PER_CODE
            message = f"And {more} more like this."
            self.deviations.append(
                Deviation(line, field, code, KINDS[code].rule, message, None, "warning")
            )
