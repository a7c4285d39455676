"""The queries of access beside those of the Book, and what runs them."""

from __future__ import annotations

from typing import Final, TypeAlias

from culm.kernel import database, sql

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

QUERIES: Final = sql.load_queries("culm.access", "reads.sql")
