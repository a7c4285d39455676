"""Finding what a command names: the tenant of the request, its accounts, its currencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from culm.book.table import Key, Table
from culm.book.unit import Unit
from culm.kernel import ids, money
from culm.ledger import rejections, types
from culm.ledger.tables import ACCOUNTS, ASSETS, BALANCES, CODES, TENANTS

Keys = Iterator[tuple[Table[Any], Key]]


def tenant(unit: Unit) -> types.Tenant:
    """The tenant of the request."""
    found = unit.get(TENANTS, unit.origin.tenant)
    if found is None:
        raise rejections.TenantNotFound("tenant")
    return found


def account(unit: Unit, reference: str, field: str) -> types.Account:
    """One of the tenant's accounts, by id or by code path."""
    account_id: str | None = reference
    if ":" in reference:
        account_id = unit.get(CODES, (unit.origin.tenant, reference))
    found = unit.get(ACCOUNTS, account_id) if account_id else None
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.AccountNotFound(field)
    return found


def is_currency(unit: Unit, code: str) -> bool:
    """Whether the tenant can keep an account in it."""
    return code in money.ISO_SCALES or unit.get(ASSETS, (unit.origin.tenant, code)) is not None


def tenant_keys(tenant_id: str) -> Keys:
    """The state that every command reads."""
    yield TENANTS, tenant_id


def account_keys(tenant_id: str, references: Iterable[str]) -> Keys:
    """The state behind accounts that a command names. A code says its id only once it is loaded,
    so its account comes in the next round."""
    for reference in references:
        if ":" in reference:
            yield CODES, (tenant_id, reference)
        elif ids.is_id("acc", reference):
            yield ACCOUNTS, reference
            yield BALANCES, reference
