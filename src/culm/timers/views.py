"""The public shapes of timers and clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from culm.timers import types


class Timer(msgspec.Struct, frozen=True):
    """A timer as its owner sees it: `due` is when it fires next, `last` what was due when it fired
    last, and `outcome` what became of that: done, failed, or the code of a rejection."""

    id: str
    state: types.State
    due: datetime | None
    command: str
    body: dict[str, Any]
    schedule: types.Schedule | None
    set: datetime
    fired: int
    last: datetime | None
    outcome: str | None


class Clock(msgspec.Struct, frozen=True):
    """A tenant's virtual clock: it stands at `now`, or is on its way to `target`."""

    now: datetime
    target: datetime | None


def timer(row: types.Timer) -> Timer:
    """The public shape of a timer."""
    return Timer(
        id=row.id,
        state=row.state,
        due=row.due,
        command=row.command,
        body=msgspec.json.decode(row.body, type=dict[str, Any]),
        schedule=row.schedule,
        set=row.set,
        fired=row.fired,
        last=row.last,
        outcome=row.outcome,
    )


def clock(row: types.Clock) -> Clock:
    """The public shape of a clock."""
    return Clock(row.now, row.target)
