"""What timers bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.timers import apply, commands, examples, tables, views
from culm.timers.decisions import clocks, firing, lookup, setting


def _timers(command: commands.FireTimers | commands.RunClock) -> int:
    return max(1, len(command.timers))


TIMERS: Final = Context(
    name="timers",
    tables=(tables.TIMERS, tables.CLOCKS),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.SetTimer, views.Timer, setting.set_timer, setting.want_setting),
        Command(commands.CancelTimer, views.Timer, setting.cancel_timer, setting.want_timer),
        Command(commands.RetryTimer, views.Timer, setting.retry_timer, setting.want_timer),
        Command(
            commands.FireTimers,
            commands.Fired,
            firing.fire_timers,
            firing.want_timers,
            weight=_timers,
        ),
        Command(commands.FailTimer, commands.Fired, firing.fail_timer, setting.want_timer),
        Command(commands.AdvanceClock, views.Clock, clocks.advance_clock, lookup.want_clock),
        Command(
            commands.RunClock, commands.Fired, clocks.run_clock, firing.want_timers, weight=_timers
        ),
    ),
    examples=examples.EXAMPLES,
)
