"""What recurring payments bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.payments import api as payments
from culm.recurring import apply, commands, examples, tables, views
from culm.recurring.decisions import collecting, lookup, mandates, running, scheduling

_SCHEDULE: Final = views.PaymentSchedule
_MANDATE: Final = views.Mandate
_RAN: Final = commands.Ran

RECURRING: Final = Context(
    name="recurring",
    tables=(tables.SCHEDULES, tables.RUNS, tables.MANDATES, tables.COLLECTIONS),
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
        Command(commands.CreateMandate, _MANDATE, mandates.create_mandate, mandates.want_new),
        Command(commands.RevokeMandate, _MANDATE, mandates.revoke_mandate, mandates.want_mandate),
        Command(
            commands.Collect,
            payments.View,
            collecting.collect_by_mandate,
            collecting.want_collection,
        ),
        Command(
            commands.ExpireMandate, commands.Noted, mandates.expire_mandate, mandates.want_mandate
        ),
        Command(commands.NoteReturn, commands.Noted, mandates.note_return, mandates.want_return),
        Command(commands.NoteUndone, commands.Noted, collecting.note_undone, mandates.want_return),
    ),
    examples=examples.EXAMPLES,
)
