"""What foreign exchange brings to the Book: its state, its facts and its commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.fx import apply, commands, examples, tables, views
from culm.fx.decisions import quotes, rates

FX: Final = Context(
    name="fx",
    tables=(tables.RATES, tables.QUOTES),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.SetRate, views.FxRate, rates.set_rate, rates.want_rate),
        Command(commands.CreateQuote, views.FxQuote, quotes.create_quote, quotes.want_new),
    ),
    examples=examples.EXAMPLES,
)
