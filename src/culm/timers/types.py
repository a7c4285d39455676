"""The state and value types of timers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

State = Literal["armed", "fired", "cancelled", "failed"]
Missed = Literal["each", "last"]

MAX_EVERY_SECONDS: Final = 366 * 86_400 * 10
MAX_CRON: Final = 100
MAX_ZONE: Final = 64
MAX_TIMES: Final = 2**53

DONE: Final = "done"
"""The outcome of a command that was accepted; of one that was refused, it is the code."""

FAILED: Final = "failed"
"""The outcome of a command that could not be decided, for a defect. Its timer waits for somebody
to look at it."""


def _described(description: str, **schema: object) -> msgspec.Meta:
    return msgspec.Meta(description=description, extra_json_schema=schema)


class Schedule(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """When a timer fires again: every so many seconds, or by a cron expression of five fields
    (minute, hour, day of month, month, day of week) in a time zone by its IANA name.

    It ends before `until`, or after `times` firings. Occurrences that were missed, in an outage,
    fire `each`, late; or, with `last`, one firing stands for all of them.
    """

    every_seconds: (
        Annotated[
            int,
            _described("So many seconds later.", minimum=1, maximum=MAX_EVERY_SECONDS),
        ]
        | None
    ) = None
    cron: (
        Annotated[str, _described("A cron expression of five fields.", maxLength=MAX_CRON)] | None
    ) = None
    zone: Annotated[
        str, _described("The time zone of the expression, by its IANA name.", maxLength=MAX_ZONE)
    ] = "UTC"
    until: Annotated[datetime, _described("It ends before this moment.")] | None = None
    times: (
        Annotated[int, _described("So many firings at most.", minimum=1, maximum=MAX_TIMES)] | None
    ) = None
    missed: Annotated[
        Missed,
        _described("Of what was missed, each occurrence fires, or the last stands for all."),
    ] = "each"


class Timer(msgspec.Struct, frozen=True):
    """A command that is decided when `due`; None when that is over.

    `clock` is the tenant whose virtual clock it follows, or empty for the real time. `event` is
    the position of the event that set it, `fired` how often it has fired, `last` what was due then
    and `outcome` what became of it.
    """

    id: str
    tenant: str
    clock: str
    due: datetime | None
    state: State
    command: str
    body: str
    schedule: Schedule | None
    event: int
    correlation: str
    set: datetime
    fired: int = 0
    last: datetime | None = None
    outcome: str | None = None


class Clock(msgspec.Struct, frozen=True):
    """A tenant's virtual clock: it stands at `now`, or is on its way from there to `target`.

    `news` counts the timers that were set to fire by then already. Whoever moves the clock says
    which of them he knows of, so that none is left behind.
    """

    tenant: str
    now: datetime
    target: datetime | None = None
    news: int = 0

    @property
    def horizon(self) -> datetime:
        """Up to when its timers fire, as far as is known."""
        return self.target or self.now
