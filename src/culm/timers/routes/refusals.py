"""The rejections that each command of timers may meet of its own, for the API's description."""

from __future__ import annotations

from typing import Final

from culm.kernel import errors
from culm.timers import rejections as r

Refusals = tuple[type[errors.CulmError], ...]

SET_TIMER: Final[Refusals] = (
    r.CommandNotSchedulable,
    r.TimerBodyInvalid,
    r.MomentInvalid,
    r.TimerInPast,
    r.ScheduleInvalid,
)
CANCEL_TIMER: Final[Refusals] = (r.TimerNotFound, r.TimerOwned, r.TimerNotArmed)
RETRY_TIMER: Final[Refusals] = (r.TimerNotFound, r.TimerNotFailed)
ADVANCE_CLOCK: Final[Refusals] = (
    r.MomentInvalid,
    r.ClockNotFound,
    r.ClockAdvancing,
    r.ClockNotLater,
    r.ClockTooFar,
)
