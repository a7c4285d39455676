"""The named queries of this package."""

from __future__ import annotations

from typing import Final

from culm.kernel import sql

QUERIES: Final = sql.load_queries("culm.facts")
