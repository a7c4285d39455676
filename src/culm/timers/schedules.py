"""When a timer is due: exact rules of times and schedules, without state.

What comes out is recorded in events, so that the fold of the log asks no time-zone database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from culm.kernel import clock
from culm.timers import calendar_times, rejections, types, zones

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9998, 12, 31, tzinfo=UTC)


def moment(value: datetime, field: str) -> datetime:
    """A moment in UTC. Raises `MomentInvalid` for one without an offset, or out of range."""
    if value.tzinfo is None or not EARLIEST <= value <= LATEST:
        raise rejections.MomentInvalid(field)
    return value.astimezone(UTC)


def check(schedule: types.Schedule) -> None:
    """Refuse a schedule of the wrong form."""
    if (schedule.every_seconds is None) is (schedule.cron is None):
        raise rejections.ScheduleInvalid("schedule")
    every = schedule.every_seconds
    if every is not None and not 1 <= every <= types.MAX_EVERY_SECONDS:
        raise rejections.ScheduleInvalid("schedule.every_seconds")
    if schedule.times is not None and not 1 <= schedule.times <= types.MAX_TIMES:
        raise rejections.ScheduleInvalid("schedule.times")
    if schedule.until is not None:
        moment(schedule.until, "schedule.until")
    if schedule.zone not in zones.names():
        raise rejections.ScheduleInvalid("schedule.zone")
    cron = schedule.cron
    if cron is not None and not (len(cron) <= types.MAX_CRON and calendar_times.occurs(cron)):
        raise rejections.ScheduleInvalid("schedule.cron")


def first(schedule: types.Schedule, at: datetime | None, now: datetime) -> datetime | None:
    """The first occurrence: at `at`, or the first that the expression has from then on; without
    it, the first after now. None where there is none."""
    if schedule.cron is None:
        return _within(schedule, _later(schedule, now) if at is None else at)
    return _within(schedule, _later(schedule, now if at is None else at - clock.MICROSECOND))


def following(
    schedule: types.Schedule, *, due: datetime, now: datetime, fired: int
) -> datetime | None:
    """The occurrence after `due`, which fires now as the `fired`th; None when it was the last.

    With `missed: last`, those that have passed meanwhile are passed over.
    """
    if schedule.times is not None and fired >= schedule.times:
        return None
    following_ = _later(schedule, due)
    if schedule.missed == "last" and following_ is not None and following_ <= now:
        following_ = _skip(schedule, due, now)
    return _within(schedule, following_)


def _later(schedule: types.Schedule, after: datetime) -> datetime | None:
    """The first occurrence later than this one, or than any moment for a cron expression."""
    try:
        if schedule.every_seconds is not None:
            return after + timedelta(seconds=schedule.every_seconds)
        return calendar_times.after(schedule.cron or "", schedule.zone, after)
    except OverflowError:
        return None


def _skip(schedule: types.Schedule, due: datetime, now: datetime) -> datetime | None:
    """The first occurrence later than now."""
    if schedule.every_seconds is None:
        return _later(schedule, now)
    step = timedelta(seconds=schedule.every_seconds)
    return due + step * ((now - due) // step + 1)


def _within(schedule: types.Schedule, due: datetime | None) -> datetime | None:
    if due is None or due > LATEST or (schedule.until is not None and due >= schedule.until):
        return None
    return due
