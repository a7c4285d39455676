"""What bank accounts bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Context

BANK_ACCOUNTS: Final = Context(
    name="bank_accounts", tables=(), journals=(), applies={}, commands=()
)
