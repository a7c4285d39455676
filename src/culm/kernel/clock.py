"""Time, passed in: UTC with microseconds, the resolution that PostgreSQL keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

MICROSECOND = timedelta(microseconds=1)


def utc_now() -> datetime:
    """The machine's clock. Only the composition root hands this out; decisions get `unit.now`."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with exactly six digits of a second, so that equal times are equal texts."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat("T", "microseconds")[:-6] + "Z"
