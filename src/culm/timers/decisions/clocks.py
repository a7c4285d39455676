"""Virtual clocks: advanced by their owners, and moved along from timer to timer."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from typing import Final

from culm.book.unit import Unit
from culm.timers import commands, events, rejections, schedules, views
from culm.timers.decisions import firing, lookup
from culm.timers.tables import CLOCKS, TIMERS

FARTHEST: Final = timedelta(days=3_653)
"""How far a clock is advanced at once, at most."""

Place = tuple[datetime, int, str]
"""Where a timer stands in the order of firing: by when it is due, then by when it was set."""


def advance_clock(unit: Unit, command: commands.AdvanceClock) -> views.Clock:
    """Send the tenant's virtual clock on its way."""
    target = schedules.moment(command.to, "to")
    clock = lookup.clock(unit)
    if clock.target is not None:
        raise rejections.ClockAdvancing("to")
    if target <= clock.now:
        raise rejections.ClockNotLater("to")
    if target - clock.now > FARTHEST:
        raise rejections.ClockTooFar("to")
    unit.record(events.ClockAdvanced(target))
    return views.clock(lookup.clock(unit))


def run_clock(unit: Unit, command: commands.RunClock) -> commands.Fired:
    """Fire what is due next, in order, each when the clock has come to its time.

    A timer that goes on by its schedule takes its new place among the others. One that was set by
    a command that fired may belong before those that follow: then it is for the next command,
    which knows it, to go on.
    """
    clock, origin = unit.get(CLOCKS, unit.origin.tenant), unit.origin
    if clock is None or clock.news != command.news:
        return commands.Fired()
    queue = [place for timer_id in command.timers if (place := place_of(unit, timer_id))]
    heapq.heapify(queue)
    last = None if command.whole else max(queue, default=None)
    fired, failed = 0, dict[str, str]()
    while queue and fired < commands.MAX_FIRINGS and not is_news(unit, command.news):
        due, _, timer_id = heapq.heappop(queue)
        timer = unit.get(TIMERS, timer_id)
        if timer is None or timer.due != due:
            continue  # what fired before it has ended it
        if due > lookup.clock(unit).now:
            unit.turn_to(origin)
            unit.record(events.ClockMoved(due))
        failed |= firing.fire(unit, timer)
        fired += 1
        again = place_of(unit, timer_id)
        if again is not None and (last is None or again <= last):
            heapq.heappush(queue, again)
    reached = command.whole and not queue and clock.target is not None
    if clock.target is None or not reached or is_news(unit, command.news):
        return commands.Fired(fired, failed=failed)
    unit.turn_to(origin)
    unit.record(events.ClockReached(clock.target))
    return commands.Fired(fired, True, failed)


def place_of(unit: Unit, timer_id: str) -> Place | None:
    """Where a timer stands that fires on the way of the tenant's clock."""
    clock, timer = lookup.clock(unit), unit.get(TIMERS, timer_id)
    if timer is None or timer.due is None or timer.clock != clock.tenant:
        return None
    return (timer.due, timer.event, timer.id) if timer.due <= clock.horizon else None


def is_news(unit: Unit, news: int) -> bool:
    """Whether timers were set on the way of the tenant's clock that nobody knew of."""
    return lookup.clock(unit).news != news
