"""What each of the facts of wallets does to their state. The only code that changes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.customers import api as customers
from culm.kernel import ids
from culm.wallets import events, types, using
from culm.wallets.tables import LIMITS, USES, WALLETS


def wallet_created(unit: Unit, event: events.WalletCreated, _position: int) -> None:
    """Keep the wallet."""
    wallet = types.Wallet(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        customer=event.customer,
        name=event.name,
        currencies=event.currencies,
        freeze="none",
        reason=None,
        closed=False,
        metadata=event.metadata,
        created=unit.now,
    )
    unit.put(WALLETS, wallet.id, wallet)
    customers.attach(unit, wallet.customer)


def wallet_updated(unit: Unit, event: events.WalletUpdated, _position: int) -> None:
    """Replace what may change of a wallet."""
    _change(unit, event.id, name=event.name, metadata=event.metadata)


def currency_added(unit: Unit, event: events.CurrencyAdded, _position: int) -> None:
    """Let it hold one more."""
    wallet = wallet_of(unit, event.id)
    _change(unit, event.id, currencies=(*wallet.currencies, event.currency))


def wallet_frozen(unit: Unit, event: events.WalletFrozen, _position: int) -> None:
    """Mark it frozen."""
    _change(unit, event.id, freeze=event.freeze, reason=event.reason)


def wallet_unfrozen(unit: Unit, event: events.WalletUnfrozen, _position: int) -> None:
    """Mark it usable again."""
    _change(unit, event.id, freeze="none", reason=None)


def wallet_closed(unit: Unit, event: events.WalletClosed, _position: int) -> None:
    """Mark it closed; it holds its customer open no more."""
    _change(unit, event.id, closed=True)
    customers.detach(unit, wallet_of(unit, event.id).customer)


def limits_set(unit: Unit, event: events.LimitsSet, _position: int) -> None:
    """Replace the limits of a tier in a currency and direction."""
    limits = types.Limits(
        tenant=unit.origin.tenant,
        tier=event.tier,
        currency=event.currency,
        direction=event.direction,
        per_payment=_int(event.per_payment),
        day_sum=_int(event.day_sum),
        day_count=event.day_count,
        month_sum=_int(event.month_sum),
        month_count=event.month_count,
    )
    unit.put(LIMITS, (limits.tenant, limits.tier, limits.currency, limits.direction), limits)


def wallet_of(unit: Unit, wallet_id: str) -> types.Wallet:
    """A wallet that an event names: it exists, or the log is damaged."""
    wallet = unit.get(WALLETS, wallet_id)
    if wallet is None:
        raise LookupError(f"the event at {unit.position - 1} names no wallet {wallet_id}")
    return wallet


def use(
    unit: Unit,
    wallet_id: str,
    *,
    currency: str,
    direction: types.Direction,
    at: datetime,
    amount: int,
    times: int,
) -> None:
    """Count what was used of a wallet's limits at a time, or below zero what was not in the end."""
    key, day = (wallet_id, currency, direction), using.day_of(at)
    before = unit.get(USES, key)
    if before is None:
        before = types.Use(unit.origin.tenant, wallet_id, currency, direction, day)
    after = using.add(before, day, amount=amount, times=times)
    if min(after.day_sum, after.day_count, after.month_sum, after.month_count) < 0:
        raise ValueError(f"the event at {unit.position - 1} gives back more than {key} had used")
    unit.put(USES, key, after)


def _change(unit: Unit, wallet_id: str, **changes: Any) -> None:
    unit.put(WALLETS, wallet_id, msgspec.structs.replace(wallet_of(unit, wallet_id), **changes))


def _int(value: str | None) -> int | None:
    return None if value is None else int(value)


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.WalletCreated: wallet_created,
    events.WalletUpdated: wallet_updated,
    events.CurrencyAdded: currency_added,
    events.WalletFrozen: wallet_frozen,
    events.WalletUnfrozen: wallet_unfrozen,
    events.WalletClosed: wallet_closed,
    events.LimitsSet: limits_set,
}
