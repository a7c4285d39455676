"""The queries of security, and what runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict

from culm.book import stream
from culm.kernel import sql

if TYPE_CHECKING:
    import asyncpg

Database: TypeAlias = "asyncpg.Pool[Any] | stream.Connection"
"""What runs one query, as the platform's own role."""

QUERIES: Final = sql.load_queries("culm.security", "reads.sql")


class Place(TypedDict):
    """Whose keys, and where they are."""

    partition: int
    tenant: str
