"""What may be asked of timers and clocks. Times carry an offset."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from culm.timers import types

MAX_BODY_BYTES: Final = 65_536
"""Of a timer's command: a transaction of 500 postings."""

MAX_FIRINGS: Final = 1_000
"""Of one command that fires timers."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of timers, by the tenant that the request names."""


class SetTimer(Command, frozen=True):
    """Have a command decided at a time, on a schedule, or from that time on on that schedule.

    `command` is its name, as in `ledger.post_transaction`, and `body` what it holds.
    """

    command: Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": 100})]
    body: dict[str, Any]
    at: datetime | None = None
    schedule: types.Schedule | None = None


class CancelTimer(Command, frozen=True):
    """Let a timer not fire any more."""

    timer: str


class RetryTimer(Command, frozen=True):
    """Have a command that failed, or was refused, decided again."""

    timer: str


class FireTimers(Command, frozen=True):
    """Decide the commands of timers that are due, in this order. Others are passed over."""

    timers: tuple[str, ...]


class FailTimer(Command, frozen=True):
    """Set a timer aside whose command cannot even be tried, so that it does not hold up others."""

    timer: str


class AdvanceClock(Command, frozen=True):
    """Have the tenant's virtual clock go on to a later time. What is due by then fires on the way,
    each at its time."""

    to: datetime


class RunClock(Command, frozen=True):
    """Fire timers of the tenant's virtual clock, in the order in which they are due, and move the
    clock along.

    `timers` are those that are due first, up to where the clock is going; `whole` says that they
    are all of these, and `news` when that was so. If more were set since, nothing is done.
    """

    timers: tuple[str, ...]
    whole: bool
    news: int


class Fired(msgspec.Struct, frozen=True):
    """How many timers have fired, whether the clock has come to where it was going, and which
    commands failed, with the defect."""

    fired: int = 0
    reached: bool = False
    failed: dict[str, str] = {}
