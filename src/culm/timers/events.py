"""The facts of timers and of virtual clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.timers import types

TimerId = Annotated[
    str,
    Meta(
        description="The id of a timer: `tmr_` and 16 hexadecimal digits, or what it is about and "
        "what for, as in `hld_0000000000000001:expiry`."
    ),
]
Moment = Annotated[datetime, Meta(tz=True, description="A moment, in UTC.")]


class TimerSet(Event, frozen=True):
    """A command is to be decided when it is due, and again as the schedule says."""

    TYPE: ClassVar[str] = "timers.timer_set"
    id: TimerId
    due: Annotated[Moment, Meta(description="When it fires first, by the tenant's clock.")]
    command: Annotated[str, Meta(description="The command, as in `ledger.post_transaction`.")]
    body: Annotated[dict[str, Any], Meta(description="What the command holds.")]
    schedule: Annotated[types.Schedule | None, Meta(description="When it fires again.")] = None


class TimerCancelled(Event, frozen=True):
    """A timer will not fire any more."""

    TYPE: ClassVar[str] = "timers.timer_cancelled"
    id: TimerId


class TimerFired(Event, frozen=True):
    """A timer's command was decided."""

    TYPE: ClassVar[str] = "timers.timer_fired"
    id: TimerId
    due: Annotated[Moment, Meta(description="The occurrence that fired.")]
    outcome: Annotated[
        str,
        Meta(description="`done`, the code of the command's rejection, or `failed` by a defect."),
    ] = types.DONE
    next: Annotated[Moment, Meta(description="When it fires next, if it does.")] | None = None


class TimerRetried(Event, frozen=True):
    """A timer whose command failed, or was refused, has the same occurrence before it again."""

    TYPE: ClassVar[str] = "timers.timer_retried"
    id: TimerId
    due: Annotated[Moment, Meta(description="The occurrence that fires again.")]


class ClockStarted(Event, frozen=True):
    """The tenant has a virtual clock from now on."""

    TYPE: ClassVar[str] = "timers.clock_started"
    now: Annotated[Moment, Meta(description="Where the clock stands.")]


class ClockAdvanced(Event, frozen=True):
    """The tenant's virtual clock is on its way to a later time."""

    TYPE: ClassVar[str] = "timers.clock_advanced"
    target: Annotated[Moment, Meta(description="Where it is going.")]


class ClockMoved(Event, frozen=True):
    """The tenant's virtual clock came to the time of a timer that is about to fire."""

    TYPE: ClassVar[str] = "timers.clock_moved"
    now: Annotated[Moment, Meta(description="Where the clock stands.")]


class ClockReached(Event, frozen=True):
    """The tenant's virtual clock came to where it was advanced to; what was due by then fired."""

    TYPE: ClassVar[str] = "timers.clock_reached"
    now: Annotated[Moment, Meta(description="Where the clock stands.")]
