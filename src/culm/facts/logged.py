"""Single events of the log, by their public ids."""

from __future__ import annotations

from typing import Any

import asyncpg

from culm.book import event as event_
from culm.facts import cloudevent, queries
from culm.kernel import ids


async def find(
    db: asyncpg.Pool[Any], event: str, *, partition: int, tenant: str
) -> event_.LogRow | None:
    """The log row behind an id (`evt_…`) of one of the tenant's events."""
    if not ids.is_id(cloudevent.ID_PREFIX, event) or ids.partition_of(event) != partition:
        return None
    query = queries.QUERIES["facts_from"]
    record = await db.fetchrow(query, partition, ids.position_of(event), 1)
    if record is None or record["position"] != ids.position_of(event):
        return None
    return event_.LogRow(*record) if record["tenant"] == tenant else None
