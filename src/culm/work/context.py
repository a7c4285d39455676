"""What the work that follows from facts brings to the Book: what is parked."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.work import apply, commands, decisions, examples, tables, types

WORK: Final = Context(
    name="work",
    tables=(tables.PARKED, tables.LANES),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.Park, types.Parked, decisions.park, decisions.want_fact),
        Command(commands.RetryParked, types.Parked, decisions.retry, decisions.want_parked),
        Command(commands.DropParked, types.Parked, decisions.drop, decisions.want_parked),
        Command(
            commands.SettleParked, commands.Settlement, decisions.settle, decisions.want_parked
        ),
    ),
    examples=examples.EXAMPLES,
)
