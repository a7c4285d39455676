"""Circuit breakers: what keeps failing is left alone for a while, then tried with one call."""

from __future__ import annotations

from typing import Final

FAILURES: Final = 5
"""So many failures in a row open it."""

REST_SECONDS: Final = 10.0
"""So long it stays open before a call tries whether it works again."""

TRIAL_SECONDS: Final = 0.5
"""How soon others look again while one call is trying."""


class Breaker:
    """The breaker of one outside service in one process. Times are seconds of one clock.

    Closed, it lets everything through. After failures in a row it is open, and lets nothing
    through; after a rest, one call, which closes or opens it again.
    """

    def __init__(self, *, failures: int, rest_seconds: float) -> None:
        self._most = failures
        self._rest = rest_seconds
        self._in_a_row = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether calls are held back, all of them or all but one."""
        return self._open_until is not None

    def room(self, now: float, most: int) -> int:
        """How many calls, of at most so many, would be let through."""
        if self._open_until is None:
            return most
        return 0 if self._trying or now < self._open_until else min(most, 1)

    def enter(self, now: float) -> float:
        """Begin a call: 0, and it is to be ended with one of the three below; or how many seconds
        to wait before asking again."""
        if self._open_until is None:
            return 0.0
        if now < self._open_until:
            return self._open_until - now
        if self._trying:
            return TRIAL_SECONDS
        self._trying = True
        return 0.0

    def succeeded(self) -> None:
        """A call has been answered."""
        self._in_a_row, self._open_until, self._trying = 0, None, False

    def failed(self, now: float) -> None:
        """A call has failed."""
        self._in_a_row += 1
        if self._in_a_row >= self._most or self._trying:
            self._open_until = now + self._rest
        self._trying = False

    def left(self) -> None:
        """A call has ended in a way that says nothing about the service."""
        self._trying = False
