"""When a request is made again, and after how long."""

from __future__ import annotations

from typing import Final

import msgspec

from culm.client import errors

_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504})
_CODES: Final = frozenset({"in_progress"})
"""Conflicts that pass: the first request with this key is being decided."""


class Retries(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how patiently a request is made again.

    Only what is safe to repeat is repeated: reads, and writes under an idempotency key, which every
    call has. Pauses double from `first_seconds` up to `longest_seconds`, half of each by chance. A
    platform that asks for a longer pause than `longest_seconds` is not asked again.
    """

    times: int = 4
    first_seconds: float = 0.1
    longest_seconds: float = 10.0

    def pause(self, error: errors.CulmError, *, tried: int, chance: float) -> float | None:
        """How many seconds to wait before it is made again, after so many times; None where it
        makes no sense. `chance` is between 0 and 1."""
        if tried > self.times or not _passes(error):
            return None
        grown = min(self.longest_seconds, self.first_seconds * 2.0 ** (tried - 1))
        own = grown * (1 + chance) / 2
        asked = error.retry_after_seconds if isinstance(error, errors.Problem) else None
        if asked is None:
            return own
        return None if asked > self.longest_seconds else asked + min(own, 1.0)


USUAL: Final = Retries()

NEVER: Final = Retries(times=0)
"""Every failure is raised at once."""


def _passes(error: errors.CulmError) -> bool:
    if isinstance(error, errors.Problem):
        return error.status in _STATUSES or error.code in _CODES
    return isinstance(error, errors.NoAnswer)
