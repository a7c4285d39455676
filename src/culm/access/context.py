"""What access brings to the Book: its state, its facts and its commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Context

ACCESS: Final = Context(name="access", tables=(), journals=(), applies={}, commands=())
