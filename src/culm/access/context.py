"""What access brings to the Book: its state, its facts and its commands."""

from __future__ import annotations

from typing import Final

from culm.access import apply, commands, examples, tables, views
from culm.access.decisions import keys, lookup
from culm.book.catalog import Command, Context

ACCESS: Final = Context(
    name="access",
    tables=(tables.KEYS, tables.OWNERS),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreateKey, views.Issued, keys.create_key, lookup.want_owner),
        Command(commands.UpdateKey, views.Key, keys.update_key, lookup.want_key),
        Command(commands.RotateKey, views.Issued, keys.rotate_key, lookup.want_key),
        Command(commands.RevokeKey, views.Key, keys.revoke_key, lookup.want_key),
    ),
    examples=examples.EXAMPLES,
)
