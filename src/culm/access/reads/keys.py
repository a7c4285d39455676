"""Keys, and when they were last used."""

from __future__ import annotations

from culm.access import rejections, tables, types, views
from culm.access.reads import queries
from culm.kernel import ids, pages


async def find(db: queries.Database, *, partition: int, tenant: str, key: str) -> views.KeyInUse:
    """One of the tenant's keys. Raises `KeyNotFound`."""
    row = None
    if ids.is_id(types.PREFIX, key) and ids.partition_of(key) == partition:
        row = await db.fetchrow(queries.QUERIES["key"], partition, ids.number_of(key))
    if row is None or row["tenant"] != tenant:
        raise rejections.KeyNotFound("There is no such key.", field="key")
    return views.key_in_use(tables.read_key(row)[1], row["last_used"])


async def keys(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    state: types.State | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.KeyInUse]:
    """The tenant's keys, newest first."""
    pages.check_limit(limit)
    question = ("api keys", tenant, state)
    before = pages.NEWEST
    if cursor is not None:
        before = pages.key_of(cursor, question, pages.Number)
    rows = await db.fetch(queries.QUERIES["keys"], partition, tenant, before, state, limit + 1)
    return pages.page(
        rows,
        limit=limit,
        question=question,
        key=lambda row: row["id"],
        item=lambda row: views.key_in_use(tables.read_key(row)[1], row["last_used"]),
    )
