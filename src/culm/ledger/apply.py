"""What each of the ledger's facts does to its state. The only code that changes it."""

from __future__ import annotations

from datetime import datetime
from sys import intern
from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import clock, ids
from culm.ledger import commands, events, types
from culm.ledger.tables import (
    ACCOUNTS,
    ASSETS,
    BALANCES,
    CODES,
    ENTRIES,
    HOLDS,
    REFERENCES,
    REVERSED,
    TENANTS,
    UNHELD,
)
from culm.timers import api as timers


def balance_of(unit: Unit, account_id: str) -> types.Balance:
    """An account that an event names, and its balance: it exists, or the log is damaged."""
    balance = unit.get(BALANCES, account_id)
    if balance is None:
        raise LookupError(f"the event at {unit.position - 1} names no account {account_id}")
    return balance


def account_of(unit: Unit, account_id: str) -> types.Account:
    """An account that an event names."""
    return balance_of(unit, account_id).account


def tenant_created(unit: Unit, event: events.TenantCreated, _position: int) -> None:
    """Keep the tenant."""
    unit.put(TENANTS, event.id, types.Tenant(event.id, event.name, unit.now, sandbox=event.sandbox))


def period_closed(unit: Unit, event: events.PeriodClosed, _position: int) -> None:
    """Move the end of the last closed period."""
    tenant = unit.get(TENANTS, unit.origin.tenant)
    if tenant is None:
        raise LookupError(f"the event at {unit.position - 1} names no tenant")
    unit.put(TENANTS, tenant.id, msgspec.structs.replace(tenant, closed_before=event.before))


def asset_registered(unit: Unit, event: events.AssetRegistered, _position: int) -> None:
    """Keep the asset."""
    tenant = unit.origin.tenant
    asset = types.Asset(tenant, event.code, event.scale, event.name)
    unit.put(ASSETS, (tenant, event.code), asset)


def account_opened(unit: Unit, event: events.AccountOpened, _position: int) -> None:
    """Keep the account, and its code for looking it up."""
    tenant = unit.origin.tenant
    account = types.Account(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=tenant,
        code=event.code,
        currency=intern(event.currency),
        side=event.side,
        sign=1 if event.side == "debit" else -1,
        minimum=_int(event.minimum),
        maximum=_int(event.maximum),
        freeze="none",
        closed=False,
        metadata=event.metadata,
        opened=unit.now,
    )
    unit.put(ACCOUNTS, event.id, account)
    unit.put(CODES, (tenant, event.code), event.id)
    unit.put(BALANCES, event.id, types.Balance(account))


def account_updated(unit: Unit, event: events.AccountUpdated, _position: int) -> None:
    """Replace what may change of an account."""
    _change(
        unit,
        event.id,
        minimum=_int(event.minimum),
        maximum=_int(event.maximum),
        freeze=event.freeze,
        metadata=event.metadata,
    )


def account_closed(unit: Unit, event: events.AccountClosed, _position: int) -> None:
    """Mark the account closed."""
    _change(unit, event.id, closed=True)


def _change(unit: Unit, account_id: str, **changes: Any) -> None:
    before = balance_of(unit, account_id)
    account = msgspec.structs.replace(before.account, **changes)
    unit.put(ACCOUNTS, account_id, account)
    unit.put(BALANCES, account_id, msgspec.structs.replace(before, account=account))


def transaction_posted(unit: Unit, event: events.TransactionPosted, position: int) -> None:
    """Add an entry a posting, and take from the hold or the original that the event names."""
    recorded, effective = unit.now_text, None
    if event.effective is not None and event.effective != unit.now:
        effective = clock.timestamp(event.effective)
    unheld, placed = (0, unit.now) if event.capture is None else _capture(unit, event.capture)
    for account_id, amount, _ in event.postings:
        before = balance_of(unit, account_id)
        account = before.account
        change = account.sign * int(amount)
        if change == 0:
            continue  # a posting that a partial reversal passes over
        held_in, held_out = before.held_in, before.held_out
        if unheld:
            held_in, held_out = _held(before, change, -unheld)
            if effective is not None:
                since = max(effective, clock.timestamp(placed))  # texts of one form: they sort
                taken = (before.held_in - held_in, before.held_out - held_out)
                at = (unit.partition, account.number, position, since, recorded)
                unit.insert(UNHELD, (*at, *taken))
        after = types.Balance(
            account, before.version + 1, before.posted + change, held_in, held_out
        )
        _enter(unit, after, position, amount, effective)
    if event.reverses is not None:
        _reverse(unit, event.reverses, event.postings)
    if event.reference:
        unit.insert(REFERENCES, (unit.partition, unit.origin.tenant, event.reference, position))


def hold_placed(unit: Unit, event: events.HoldPlaced, position: int) -> None:
    """Keep the hold and count it in both accounts' held balances."""
    amount = int(event.amount)
    hold = types.Hold(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        debit=event.debit,
        credit=event.credit,
        amount=amount,
        captured=0,
        released=0,
        state="open",
        expires=event.expires,
        reference=event.reference,
        metadata=event.metadata,
        placed=unit.now,
        owner=event.owner,
    )
    unit.put(HOLDS, hold.id, hold)
    _hold(unit, hold, amount, position)
    if hold.expires is not None:
        due = commands.ExpireHolds(holds=(hold.id,))
        timers.arm(unit, expiry_of(hold), due=hold.expires, command=due)
    if event.reference:
        unit.insert(REFERENCES, (unit.partition, hold.tenant, event.reference, position))


def hold_released(unit: Unit, event: events.HoldReleased, position: int) -> None:
    """Give back what remains, because somebody asked."""
    _give_back(unit, event.hold, int(event.amount), "released", position)


def hold_expired(unit: Unit, event: events.HoldExpired, position: int) -> None:
    """Give back what remains, because its time has come."""
    _give_back(unit, event.hold, int(event.amount), "expired", position)


def _enter(
    unit: Unit, after: types.Balance, position: int, amount: str, effective: str | None
) -> None:
    account = after.account
    unit.put(BALANCES, account.id, after)
    row = (
        unit.partition,
        account.number,
        after.version,
        position,
        amount,
        after.posted,
        after.held_in,
        after.held_out,
        effective,
        unit.now_text,
    )
    unit.insert(ENTRIES, row)


def _held(before: types.Balance, direction: int, amount: int) -> tuple[int, int]:
    """The held balances with `amount` more of them, on its way in or out of the account."""
    if direction > 0:
        return before.held_in + amount, before.held_out
    return before.held_in, before.held_out + amount


def _hold(unit: Unit, hold: types.Hold, amount: int, position: int) -> None:
    """Enter a change of what is held in both accounts."""
    for account_id, side in ((hold.debit, 1), (hold.credit, -1)):
        before = balance_of(unit, account_id)
        account = before.account
        held_in, held_out = _held(before, side * account.sign, amount)
        after = types.Balance(account, before.version + 1, before.posted, held_in, held_out)
        _enter(unit, after, position, "0", None)


def expiry_of(hold: types.Hold) -> str:
    """The id of the timer that gives back what remains of a hold when its time has come."""
    return timers.timer_id(hold.id, "expiry")


def _end(unit: Unit, hold: types.Hold) -> None:
    """Let the timer of a hold that has ended be over."""
    if hold.expires is not None and hold.state != "open":
        timers.disarm(unit, expiry_of(hold), fired=hold.state == "expired")


def _hold_of(unit: Unit, hold_id: str) -> types.Hold:
    hold = unit.get(HOLDS, hold_id)
    if hold is None:
        raise LookupError(f"the event at {unit.position - 1} names no hold {hold_id}")
    return hold


def _capture(unit: Unit, capture: events.Capture) -> tuple[int, datetime]:
    """Take a capture out of its hold; how much is held no more, and when it was placed."""
    hold = _hold_of(unit, capture.hold)
    captured = hold.captured + int(capture.amount)
    released = hold.released + int(capture.released)
    ended = captured + released == hold.amount
    hold = msgspec.structs.replace(
        hold,
        captured=captured,
        released=released,
        state="captured" if ended else "open",
    )
    unit.put(HOLDS, hold.id, hold)
    _end(unit, hold)
    return int(capture.amount) + int(capture.released), hold.placed


def _give_back(
    unit: Unit, hold_id: str, amount: int, state: types.HoldState, position: int
) -> None:
    hold = _hold_of(unit, hold_id)
    hold = msgspec.structs.replace(hold, released=hold.released + amount, state=state)
    unit.put(HOLDS, hold.id, hold)
    _end(unit, hold)
    _hold(unit, hold, -amount, position)


def _reverse(unit: Unit, transaction: str, postings: tuple[tuple[str, str, str], ...]) -> None:
    """Count what was reversed; a posting of the reversal stands where that of the original does.

    A partial reversal may pass over postings of the original: those carry the amount zero there.
    """
    before = unit.get(REVERSED, transaction)
    amounts = before.amounts if before else (0,) * len(postings)
    added = (abs(int(amount)) for _, amount, _ in postings)
    total = tuple(a + b for a, b in zip(amounts, added, strict=True))
    unit.put(REVERSED, transaction, types.Reversed(total))


def _int(value: str | None) -> int | None:
    return None if value is None else int(value)


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.TenantCreated: tenant_created,
    events.AssetRegistered: asset_registered,
    events.AccountOpened: account_opened,
    events.AccountUpdated: account_updated,
    events.AccountClosed: account_closed,
    events.TransactionPosted: transaction_posted,
    events.HoldPlaced: hold_placed,
    events.HoldReleased: hold_released,
    events.HoldExpired: hold_expired,
    events.PeriodClosed: period_closed,
}
