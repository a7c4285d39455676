"""What the API reads of the terms with the ODFI."""

from __future__ import annotations

from typing import Final

import msgspec

from culm.kernel import database, sql
from culm.rails.ach.odfi import rejections, types

QUERIES: Final = sql.load_queries("culm.rails.ach.odfi", "reads.sql")


async def terms(db: database.Reads, *, partition: int, tenant: str) -> types.AchTerms:
    """The tenant's terms; of the sandbox, ready-made ones. Raises `AchNotConfigured`."""
    row = await db.fetchrow(QUERIES["terms"], partition, tenant)
    if row is not None and row["terms"] is not None:
        return msgspec.json.decode(row["terms"], type=types.AchTerms)
    if row is not None and row["sandbox"]:
        return types.SANDBOX
    raise rejections.AchNotConfigured("the terms with the bank are not set")
