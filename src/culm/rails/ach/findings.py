"""Collects deviations as they are found: all errors, and warnings up to a number of each code."""

from __future__ import annotations

from collections import Counter

from culm.rails.ach import limits
from culm.rails.ach.deviation import Deviation
from culm.rails.ach.kinds import KINDS


class ReadingStoppedError(Exception):
    """Raised inside the reader, and caught there, when a limit ends the reading."""


class Findings:
    """The deviations of one file."""

    def __init__(self) -> None:
        self.deviations: list[Deviation] = []
        self.errors = 0
        self.refused_batches: set[int] = set()
        self._warnings: Counter[str] = Counter()

    def add(
        self, code: str, line: int, message: str, *, field: str = "", batch: int | None = None
    ) -> None:
        """Records one deviation; the last one that the limit allows stops the reading."""
        kind = KINDS[code]
        if kind.severity == "warning":
            self._warnings[code] += 1
            if self._warnings[code] > limits.MAX_WARNINGS_PER_CODE:
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
                "",
                code,
                KINDS[code].rule,
                f"More than {limits.MAX_DEVIATIONS} errors; reading stopped at line {line}.",
            )
        )
        raise ReadingStoppedError

    def finish(self, line: int) -> None:
        """Counts the warnings that were not listed one by one."""
        for code, count in self._warnings.items():
            more = count - limits.MAX_WARNINGS_PER_CODE
            if more > 0:
                kind = KINDS[code]
                self.deviations.append(
                    Deviation(
                        line, "", code, kind.rule, f"And {more} more like this.", None, "warning"
                    )
                )
