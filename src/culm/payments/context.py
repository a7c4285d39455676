"""What payments bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Context

PAYMENTS: Final = Context(name="payments", tables=(), journals=(), applies={}, commands=())
