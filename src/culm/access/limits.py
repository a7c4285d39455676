"""What a key's meters and its quota say, in the words of HTTP.

`RateLimit-Policy` and `RateLimit` are those of draft-ietf-httpapi-ratelimit-headers-10: lists of
structured fields (RFC 9651), an item for each policy: `q` requests in `w` seconds, of which `r` are
left, and one more in `t` seconds.
"""

from __future__ import annotations

import functools
from typing import Final

from culm.access.reads.gathering import Found
from culm.kernel import denials

DAY: Final = "day"
SECOND: Final = 1_000_000
DAY_SECONDS: Final = 86_400

POLICY: Final = b"ratelimit-policy"
LIMIT: Final = b"ratelimit"


def tell(said: list[tuple[bytes, bytes]], found: Found) -> None:
    """Say what holds for a key, or for the operation that it has limits of its own for, and what is
    left of it."""
    day = found.quota if found.quota == DAY else f"{found.quota}/{DAY}"
    said.append((POLICY, _policy(found.meter, found.burst, found.each, day, found.daily_quota)))
    left = max(0, (found.now + found.burst * found.each - found.until) // found.each)
    text = f'"{found.meter}";r={left};t={_wait(found, left + 1)}'
    if found.daily_quota is not None:
        rest = max(0, found.daily_quota - found.used)
        text += f', "{day}";r={rest};t={_until_midnight(found)}'
    said.append((LIMIT, text.encode()))


def require(found: Found) -> None:
    """Refuse what a meter or the quota did not let pass, with `RateLimited`, `QuotaExceeded`."""
    if not found.granted:
        raise denials.RateLimited(
            "The key is used faster than it may be.", retry_after_seconds=_wait(found, 1)
        )
    if not found.counted:
        raise denials.QuotaExceeded(
            "The key's requests of this day are used up.",
            retry_after_seconds=_until_midnight(found),
        )


@functools.lru_cache(maxsize=1_024)
def _policy(meter: str, burst: int, each: int, day: str, daily_quota: int | None) -> bytes:
    text = f'"{meter}";q={burst};w={_seconds(burst * each)}'
    if daily_quota is not None:
        text += f', "{day}";q={daily_quota};w={DAY_SECONDS}'
    return text.encode()


def _wait(found: Found, count: int) -> int:
    """Seconds until so many requests would pass, at least one: a shorter wait could not be told."""
    wait = found.until + (count - found.burst) * found.each - found.now
    return max(1, _seconds(wait))


def _seconds(microseconds: int) -> int:
    """Whole seconds that are not shorter."""
    return -(-microseconds // SECOND)


def _until_midnight(found: Found) -> int:
    return DAY_SECONDS - found.now // SECOND % DAY_SECONDS
