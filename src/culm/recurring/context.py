"""What recurring payments bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.recurring import apply, commands, examples, tables, views
from culm.recurring.decisions import lookup, running, scheduling

_SCHEDULE: Final = views.PaymentSchedule
_RAN: Final = commands.Ran

RECURRING: Final = Context(
    name="recurring",
    tables=(tables.SCHEDULES, tables.RUNS),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreateSchedule, _SCHEDULE, scheduling.create_schedule, lookup.want_new),
        Command(commands.PauseSchedule, _SCHEDULE, scheduling.pause_schedule, lookup.want_schedule),
        Command(
            commands.ResumeSchedule, _SCHEDULE, scheduling.resume_schedule, lookup.want_schedule
        ),
        Command(
            commands.SkipOccurrence, _SCHEDULE, scheduling.skip_occurrence, lookup.want_schedule
        ),
        Command(
            commands.CancelSchedule, _SCHEDULE, scheduling.cancel_schedule, lookup.want_schedule
        ),
        Command(commands.RunSchedule, _RAN, running.run_schedule, lookup.want_occurrence),
        Command(commands.RetryRun, _RAN, running.retry_run, lookup.want_run),
    ),
    examples=examples.EXAMPLES,
)
