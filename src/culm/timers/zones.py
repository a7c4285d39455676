"""Time zones: when a clock on a wall shows a time, by the tz database of the package `tzdata`, so
that it is the same on every machine of a platform."""

from __future__ import annotations

import bisect
import functools
from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


@functools.cache
def names() -> frozenset[str]:
    """Every zone that there is."""
    return frozenset(_data("zones").read_text(encoding="utf-8").split())


@functools.cache
def zone(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises `LookupError` for any other text."""
    if name not in names():
        raise LookupError(name)
    with _data("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def moment(local: datetime, in_zone: ZoneInfo) -> datetime:
    """When clocks in a zone show a local time, in UTC.

    What they show twice counts the first time; what they skip counts when they jump.
    """
    before = local.replace(tzinfo=in_zone, fold=0).astimezone(UTC)
    if before.astimezone(in_zone).replace(tzinfo=None) == local:
        return before
    after = local.replace(tzinfo=in_zone, fold=1).astimezone(UTC)
    old = after.astimezone(in_zone).utcoffset()

    def jumped(minutes: int) -> bool:
        return (after + minutes * _MINUTE).astimezone(in_zone).utcoffset() != old

    return after + bisect.bisect_left(range((before - after) // _MINUTE), 1, key=jumped) * _MINUTE


def _data(*path: str) -> resources.abc.Traversable:
    return resources.files("tzdata").joinpath(*path)
