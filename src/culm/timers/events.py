"""The facts of timers and of virtual clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from culm.book.event import Event
from culm.timers import types


class TimerSet(Event, frozen=True):
    """A command is to be decided when it is due, and again as the schedule says."""

    TYPE: ClassVar[str] = "timers.timer_set"
    id: str
    due: datetime
    command: str
    body: dict[str, Any]
    schedule: types.Schedule | None = None


class TimerCancelled(Event, frozen=True):
    """A timer will not fire any more."""

    TYPE: ClassVar[str] = "timers.timer_cancelled"
    id: str


class TimerFired(Event, frozen=True):
    """A timer's command was decided: `outcome` is done, failed, or the code of its rejection.

    `due` is the occurrence that fired, `next` the one that the schedule has after it.
    """

    TYPE: ClassVar[str] = "timers.timer_fired"
    id: str
    due: datetime
    outcome: str = types.DONE
    next: datetime | None = None


class TimerRetried(Event, frozen=True):
    """A timer whose command failed, or was refused, has the same occurrence before it again."""

    TYPE: ClassVar[str] = "timers.timer_retried"
    id: str
    due: datetime


class ClockStarted(Event, frozen=True, kw_only=True):
    """The tenant of the event has a virtual clock from now on."""

    TYPE: ClassVar[str] = "timers.clock_started"
    now: datetime


class ClockAdvanced(Event, frozen=True):
    """The tenant's virtual clock is on its way to a later time."""

    TYPE: ClassVar[str] = "timers.clock_advanced"
    target: datetime


class ClockMoved(Event, frozen=True):
    """The tenant's virtual clock came to the time of a timer that is about to fire."""

    TYPE: ClassVar[str] = "timers.clock_moved"
    now: datetime


class ClockReached(Event, frozen=True):
    """The tenant's virtual clock came to where it was advanced to; what was due by then has
    fired."""

    TYPE: ClassVar[str] = "timers.clock_reached"
    now: datetime
