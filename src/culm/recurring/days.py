"""Days on which banks settle, and the moment that an occurrence is moved to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from culm.rails.ach import api as ach
from culm.recurring import types
from culm.timers import api as timers

_DAY = timedelta(days=1)


def adjusted(occurrence: datetime, adjust: types.Adjustment, zone: str) -> datetime:
    """When the run of an occurrence is made: at the same time by the clocks of the zone, on the
    nearest banking day in the direction that is asked for. In UTC."""
    if adjust == "none":
        return occurrence
    in_zone = timers.zone(zone)
    local = occurrence.astimezone(in_zone).replace(tzinfo=None)
    if ach.is_banking_day(local.date()):
        return occurrence
    step = _DAY if adjust == "following" else -_DAY
    while not ach.is_banking_day(local.date()):
        local += step
    return timers.moment(local, in_zone).astimezone(UTC)


def due(schedule: types.Schedule, occurrence: datetime) -> datetime:
    """When the run of an occurrence of a schedule is made."""
    return adjusted(occurrence, schedule.adjust, zone_of(schedule.plan))


def zone_of(plan: timers.Schedule | None) -> str:
    """The zone by whose clocks a plan goes."""
    return "UTC" if plan is None else plan.zone
