"""Single events of the log, by their public ids."""

from __future__ import annotations

from culm.book import event as event_
from culm.facts import cloudevent, queries
from culm.kernel import database, ids


async def find(
    db: database.Reads, event: str, *, partition: int, tenant: str
) -> event_.LogRow | None:
    """The log row behind an id (`evt_…`) of one of the tenant's events."""
    if not ids.is_id(cloudevent.ID_PREFIX, event) or ids.partition_of(event) != partition:
        return None
    query = queries.QUERIES["fact_at"]
    record = await db.fetchrow(query, partition, ids.position_of(event), tenant)
    return None if record is None else event_.LogRow(*record)
