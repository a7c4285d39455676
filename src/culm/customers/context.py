"""What customers bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Context

CUSTOMERS: Final = Context(name="customers", tables=(), journals=(), applies={}, commands=())
