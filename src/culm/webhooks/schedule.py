"""When a delivery that has failed is tried again. Pure: chance and the receiver's wish come in."""

from __future__ import annotations

from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE

WAITS_SECONDS: Final = (
    5,
    30,
    2 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    20 * HOUR,
)
"""Before each attempt after the first: three days in all."""

ATTEMPTS: Final = len(WAITS_SECONDS) + 1

MAX_JITTER_PERCENT: Final = 10

MAX_RETRY_AFTER_SECONDS: Final = HOUR
"""How long a receiver may put off the next attempt beyond what the schedule says."""


def wait_seconds(
    failed: int, *, jitter_percent: int, retry_after_seconds: int | None
) -> int | None:
    """How long to wait when so many attempts of a round have failed; None: that was the last."""
    if failed > len(WAITS_SECONDS):
        return None
    jitter = max(-MAX_JITTER_PERCENT, min(jitter_percent, MAX_JITTER_PERCENT))
    wait = max(1, WAITS_SECONDS[failed - 1] * (100 + jitter) // 100)
    wished = min(retry_after_seconds or 0, MAX_RETRY_AFTER_SECONDS)
    return max(wait, wished)
