"""Tenants, assets, accounts and periods: what books are kept in."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from culm.book.unit import Unit
from culm.kernel import money
from culm.ledger import apply, checks, commands, events, rejections, types, views
from culm.ledger.decisions import lookup
from culm.ledger.tables import ASSETS, CODES, TENANTS
from culm.timers import api as timers

T = TypeVar("T")


def create_tenant(unit: Unit, command: commands.CreateTenant) -> types.Tenant:
    """Begin books for the tenant of the request."""
    tenant_id = unit.origin.tenant
    checks.tenant_id(tenant_id, command.name)
    checks.moment(command.clock, "clock")
    if command.clock is not None and not command.sandbox:
        raise rejections.ClockNeedsSandbox("clock")
    if unit.get(TENANTS, tenant_id) is not None:
        raise rejections.TenantExists("tenant")
    unit.record(events.TenantCreated(tenant_id, command.name, command.sandbox))
    if command.clock is not None:
        timers.start_clock(unit, command.clock)
    return lookup.tenant(unit)


def register_asset(unit: Unit, command: commands.RegisterAsset) -> types.Asset:
    """Make an asset usable as a currency."""
    if not money.is_asset_code(command.code):
        raise rejections.AssetInvalid("code")
    if not 0 <= command.scale <= money.MAX_SCALE:
        raise rejections.AssetInvalid("scale")
    checks.asset_name(command.name)
    tenant = lookup.tenant(unit)
    if lookup.is_currency(unit, command.code):
        raise rejections.AssetExists("code")
    unit.record(events.AssetRegistered(command.code, command.scale, command.name))
    return types.Asset(tenant.id, command.code, command.scale, command.name)


def open_account(unit: Unit, command: commands.OpenAccount) -> views.Account:
    """Open an account under a code that is free."""
    checks.account_code(command.code)
    minimum, maximum = checks.limits(command.minimum, command.maximum)
    checks.metadata(command.metadata)
    tenant = lookup.tenant(unit)
    if not lookup.is_currency(unit, command.currency):
        raise rejections.CurrencyUnknown("currency")
    if unit.get(CODES, (tenant.id, command.code)) is not None:
        raise rejections.AccountExists("code")
    account_id = unit.new_id("acc")
    event = events.AccountOpened(
        id=account_id,
        code=command.code,
        currency=command.currency,
        side=command.side or checks.normal_side(command.code),
        minimum=_text(minimum),
        maximum=_text(maximum),
        metadata=command.metadata,
    )
    unit.record(event)
    return views.account(apply.account_of(unit, account_id))


def update_account(unit: Unit, command: commands.UpdateAccount) -> views.Account:
    """Change what may change of an account; a balance beyond a new limit stays, and may only
    move towards it."""
    minimum, maximum = checks.limits(_given(command.minimum, None), _given(command.maximum, None))
    checks.metadata(_given(command.metadata, {}))
    lookup.tenant(unit)
    account = lookup.named(unit, command.account, "account").account
    if account.closed:
        raise rejections.AccountClosed("account")
    event = events.AccountUpdated(
        id=account.id,
        minimum=_text(account.minimum if command.minimum is msgspec.UNSET else minimum),
        maximum=_text(account.maximum if command.maximum is msgspec.UNSET else maximum),
        freeze=_given(command.freeze, account.freeze),
        metadata=_given(command.metadata, account.metadata),
    )
    unit.record(event)
    return views.account(apply.account_of(unit, account.id))


def close_account(unit: Unit, command: commands.CloseAccount) -> views.Account:
    """Close an account that is at zero and has no holds."""
    lookup.tenant(unit)
    balance = lookup.named(unit, command.account, "account")
    account = balance.account
    if account.closed:
        raise rejections.AccountClosed("account")
    if balance.held_in or balance.held_out:
        raise rejections.AccountHasHolds("account")
    if balance.posted:
        raise rejections.AccountNotEmpty("account")
    unit.record(events.AccountClosed(account.id))
    return views.account(apply.account_of(unit, account.id))


def close_period(unit: Unit, command: commands.ClosePeriod) -> types.Tenant:
    """Close the books before a moment that has passed."""
    checks.moment(command.before, "before")
    tenant = lookup.tenant(unit)
    if tenant.closed_before is not None and command.before <= tenant.closed_before:
        raise rejections.PeriodNotLater("before")
    if command.before > timers.now(unit):
        raise rejections.PeriodInFuture("before")
    unit.record(events.PeriodClosed(command.before))
    return lookup.tenant(unit)


def _given(value: T | msgspec.UnsetType, otherwise: T) -> T:
    return otherwise if isinstance(value, msgspec.UnsetType) else value


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def want_code(unit: Unit, command: commands.OpenAccount) -> None:
    """Ask for what opening an account reads."""
    lookup.want_tenant(unit)
    unit.want(CODES, ((unit.origin.tenant, command.code),))


def want_asset(unit: Unit, command: commands.RegisterAsset) -> None:
    """Ask for what registering an asset reads."""
    lookup.want_tenant(unit)
    unit.want(ASSETS, ((unit.origin.tenant, command.code),))


def want_account(unit: Unit, command: commands.UpdateAccount | commands.CloseAccount) -> None:
    """Ask for what changing an account reads."""
    lookup.want_accounts(unit, [command.account])
