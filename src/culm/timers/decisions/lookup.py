"""Finding the time of the tenant."""

from __future__ import annotations

from datetime import datetime

from culm.book.unit import Unit
from culm.timers import rejections, types
from culm.timers.tables import CLOCKS


def virtual_now(unit: Unit) -> datetime | None:
    """The time of the tenant's virtual clock; None where the real time counts."""
    clock = unit.get(CLOCKS, unit.origin.tenant)
    return None if clock is None else clock.now


def now(unit: Unit) -> datetime:
    """The tenant's time."""
    return virtual_now(unit) or unit.now


def clock(unit: Unit) -> types.Clock:
    """The tenant's virtual clock. Raises `ClockNotFound`."""
    found = unit.get(CLOCKS, unit.origin.tenant)
    if found is None:
        raise rejections.ClockNotFound
    return found


def want_clock(unit: Unit, _command: object = None) -> None:
    """Ask for the tenant's clock, if it has one."""
    unit.want(CLOCKS, (unit.origin.tenant,))
