"""Finding what a command names: the tenant of the request, its accounts, its currencies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from culm.book.unit import Unit
from culm.kernel import money
from culm.ledger import rejections, types
from culm.ledger.tables import ASSETS, BALANCES, CODES, TENANTS
from culm.timers import api as timers


def tenant(unit: Unit) -> types.Tenant:
    """The tenant of the request."""
    found = unit.get(TENANTS, unit.origin.tenant)
    if found is None:
        raise rejections.TenantNotFound("tenant")
    return found


def balance(unit: Unit, reference: str) -> types.Balance | None:
    """One of the tenant's accounts with its balance, by id or by code path; None where there is
    none."""
    found = unit.get(BALANCES, reference) if ":" not in reference else _by_code(unit, reference)
    return found if found is not None and found.account.tenant == unit.origin.tenant else None


def _by_code(unit: Unit, code: str) -> types.Balance | None:
    account_id = unit.get(CODES, (unit.origin.tenant, code))
    return None if account_id is None else unit.get(BALANCES, account_id)


def named(unit: Unit, reference: str, field: str) -> types.Balance:
    """One of the tenant's accounts with its balance. Raises `AccountNotFound`."""
    found = balance(unit, reference)
    if found is None:
        raise rejections.AccountNotFound(field)
    return found


def effective(unit: Unit, given: datetime | None) -> datetime | None:
    """When a transaction counts in the world: as given, or now by the tenant's virtual clock.
    None is when it is recorded."""
    return timers.virtual_now(unit) if given is None else given


def is_currency(unit: Unit, code: str) -> bool:
    """Whether the tenant can keep an account in it."""
    return scale(unit, code) is not None


def scale(unit: Unit, code: str) -> int | None:
    """The digits after the point of a currency that the tenant can keep an account in; None where
    it cannot."""
    if code in money.ISO_SCALES:
        return money.ISO_SCALES[code]
    asset = unit.get(ASSETS, (unit.origin.tenant, code))
    return None if asset is None else asset.scale


def want_tenant(unit: Unit, _command: object = None) -> None:
    """Ask for what every command reads."""
    unit.want(TENANTS, (unit.origin.tenant,))
    timers.want_clock(unit)


def want_accounts(unit: Unit, references: Collection[str]) -> None:
    """Ask for the accounts that a command names, with their balances.

    A code tells its account's id only once it is loaded; the account comes in the next round.
    """
    want_tenant(unit)
    numbered = [reference for reference in references if ":" not in reference]
    coded = [(unit.origin.tenant, reference) for reference in references if ":" in reference]
    if coded:
        unit.want(CODES, coded)
        numbered += filter(None, [unit.peek(CODES, code) for code in coded])
    unit.want(BALANCES, numbered)
