"""What customers are called, for reads of the contexts above: lines of an account, statements."""

from __future__ import annotations

from collections.abc import Collection

from culm.customers import known, profile
from culm.customers.reads import customers as reads
from culm.customers.reads import queries
from culm.security import sealing


async def names(
    db: queries.Database,
    keys: sealing.Sealing,
    *,
    partition: int,
    tenant: str,
    customers: Collection[str],
) -> dict[str, str]:
    """The names of some of a tenant's customers, by their ids. Those who are erased, or not there,
    have none."""
    rows = await reads.some(db, partition=partition, tenant=tenant, customers=customers)
    found = await keys.keys(tenant, {row.subject for row in rows if row.sealed})
    return {
        row.id: profile.name(known.open_(found[row.subject], row.sealed))
        for row in rows
        if row.sealed and row.subject in found
    }
