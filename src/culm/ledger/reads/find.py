"""Finding what a read names. Hostile names are names of nothing; they never reach the database."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeAlias

from culm.kernel import database, ids, sql
from culm.ledger import checks, rejections, tables, types

Database: TypeAlias = database.Reads
"""What every read takes first: whatever runs one query."""

QUERIES: Final = sql.load_queries("culm.ledger", "reads.sql")


async def tenant(db: Database, *, partition: int, tenant: str) -> types.Tenant:
    """Who keeps books here. Raises `TenantNotFound`."""
    check_tenant(tenant)
    row = await db.fetchrow(QUERIES["tenant"], partition, tenant)
    if row is None:
        raise rejections.TenantNotFound("tenant")
    return types.Tenant(**row)


async def account(
    db: Database, *, partition: int, tenant: str, reference: str, field: str = "account"
) -> types.Account:
    """One of the tenant's accounts, by id or by code path, as in decisions.

    Raises `TenantNotFound`, or `AccountNotFound` with `field`.
    """
    check_tenant(tenant)
    name: str | int
    if ":" in reference:
        query, name = "account_by_code", reference if _is_code(reference) else ""
    else:
        query, name = "account_by_id", number(reference, "acc", partition)
    row = await db.fetchrow(QUERIES[query], partition, tenant, name)
    if row is None:
        raise rejections.TenantNotFound("tenant")
    if row["id"] is None:
        raise rejections.AccountNotFound(field)
    return tables.read_account(row)[1]


def number(public_id: str, prefix: str, partition: int) -> int:
    """The number behind an id of this partition; -1, which nothing has, for any other text."""
    if not ids.is_id(prefix, public_id) or ids.partition_of(public_id) != partition:
        return -1
    return ids.number_of(public_id)


def check_tenant(tenant: str) -> None:
    """Refuse what cannot be a tenant's id, as a tenant that does not exist."""
    try:
        checks.tenant_id(tenant, tenant)
    except rejections.TenantInvalid:
        raise rejections.TenantNotFound("tenant") from None


def check_moments(effective: datetime | None, recorded: datetime | None) -> None:
    """Refuse moments without an offset or outside of what can be kept, with `TimeInvalid`."""
    checks.moment(effective, "effective")
    checks.moment(recorded, "recorded")


def _is_code(text: str) -> bool:
    try:
        checks.account_code(text)
    except rejections.CodeInvalid:
        return False
    return True
