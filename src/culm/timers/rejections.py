"""Why timers and clocks say no: one class a code. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class TimersRejection(errors.Rejection):
    """Some rule of timers or clocks does not allow it."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(" ".join((self.__doc__ or self.code).split()), field=field)


class CommandNotSchedulable(TimersRejection):
    """There is no command of this name that a timer may be set for."""

    code: ClassVar[str] = "command_not_schedulable"
    status: ClassVar[int] = 400


class TimerBodyInvalid(TimersRejection):
    """The body is not one of the timer's command, or is larger than 64 KiB."""

    code: ClassVar[str] = "timer_body_invalid"
    status: ClassVar[int] = 400


class ScheduleInvalid(TimersRejection):
    """A timer has a time, a schedule, or both; a schedule repeats after 1 second to 10 years, or by
    a cron expression in a time zone of the IANA database, and comes to pass at least once."""

    code: ClassVar[str] = "schedule_invalid"
    status: ClassVar[int] = 400


class MomentInvalid(TimersRejection):
    """A moment carries its offset from UTC and lies between 1970 and 9998."""

    code: ClassVar[str] = "moment_invalid"
    status: ClassVar[int] = 400


class TimerInPast(TimersRejection):
    """A timer is set for a later time than it is."""

    code: ClassVar[str] = "timer_in_past"


class TimerNotFound(TimersRejection):
    """There is no such timer."""

    code: ClassVar[str] = "timer_not_found"
    status: ClassVar[int] = 404


class TimerOwned(TimersRejection):
    """The timer belongs to something else, and ends with it: the expiry of a hold, when the hold is
    captured or released."""

    code: ClassVar[str] = "timer_owned"


class TimerNotArmed(TimersRejection):
    """The timer has fired, failed, or been cancelled."""

    code: ClassVar[str] = "timer_not_armed"
    status: ClassVar[int] = 409


class TimerNotFailed(TimersRejection):
    """Only a timer that is over, and whose command failed or was refused, can be tried again."""

    code: ClassVar[str] = "timer_not_failed"
    status: ClassVar[int] = 409


class ClockNotFound(TimersRejection):
    """The tenant has no virtual clock; its time is the real one."""

    code: ClassVar[str] = "virtual_clock_not_found"
    status: ClassVar[int] = 404


class ClockAdvancing(TimersRejection):
    """The clock is still on its way to where it was advanced to before."""

    code: ClassVar[str] = "clock_advancing"
    status: ClassVar[int] = 409


class ClockNotLater(TimersRejection):
    """A clock is advanced to a later time than it stands at."""

    code: ClassVar[str] = "clock_not_later"
    status: ClassVar[int] = 409


class ClockTooFar(TimersRejection):
    """A clock is advanced by at most ten years at once."""

    code: ClassVar[str] = "clock_too_far"
