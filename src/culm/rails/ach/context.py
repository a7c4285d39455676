"""What the ACH rail brings to the Book."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.rails.ach import commands, decisions, events, examples, tables


def _weight(command: commands.PostEntries) -> int:
    return max(1, len(command.items))


ACH: Final = Context(
    name="ach",
    tables=(tables.FILES,),
    journals=(),
    applies={events.FileReceived: decisions.file_received},
    commands=(
        Command(commands.ReceiveFile, tables.File, decisions.receive_file, decisions.want_file),
        Command(
            commands.PostEntries,
            commands.Posted,
            decisions.post_entries,
            decisions.want_entries,
            weight=_weight,
        ),
    ),
    examples=examples.EXAMPLES,
)
