"""What batches bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.batches import apply, commands, examples, tables, views
from culm.batches.decisions import batches, entries
from culm.book.catalog import Command, Context

WEIGHT: Final = 4
"""An entry is as much work as so many transactions."""


def _many(command: commands.JudgeEntries) -> int:
    return WEIGHT * max(1, len(command.entries))


BATCHES: Final = Context(
    name="batches",
    tables=(tables.BATCHES, tables.SEEN),
    journals=(tables.ENTRIES,),
    applies=apply.APPLIES,
    commands=(
        Command(commands.ReceiveBatch, views.Record, batches.receive, batches.want_new),
        Command(
            commands.JudgeEntries, views.Record, entries.judge, entries.want_part, weight=_many
        ),
        Command(commands.RefuseBatch, views.Record, batches.refuse, batches.want_known),
    ),
    examples=examples.EXAMPLES,
)
