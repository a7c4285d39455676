"""Holds: money reserved on its way from one account to another, then captured or given back."""

from __future__ import annotations

from collections.abc import Collection

from culm.book.unit import Unit
from culm.kernel import money
from culm.ledger import apply, checks, commands, events, rejections, types, views
from culm.ledger.decisions import lookup, posting
from culm.ledger.tables import HOLDS
from culm.timers import api as timers


def place_hold(unit: Unit, command: commands.PlaceHold, *, owner: str = "") -> views.Hold:
    """Reserve an amount; what is held is no longer available."""
    check_placing(command)
    amount = int(command.amount)
    lookup.tenant(unit)
    debit = lookup.named(unit, command.debit, "debit")
    credit = lookup.named(unit, command.credit, "credit")
    if debit.account.id == credit.account.id:
        raise rejections.SameAccount("credit")
    if debit.account.currency != credit.account.currency:
        raise rejections.CurrencyMismatch("credit")
    lines: list[posting.Line] = [(debit, amount), (credit, -amount)]
    check_accounts(lines)
    if command.expires is not None and command.expires <= timers.now(unit):
        raise rejections.ExpiryInPast("expires")
    if command.up_to:
        lines = posting.clamp(lines)
    for (balance, signed), field in zip(lines, ("debit", "credit"), strict=True):
        check_hold(balance, signed, field)
    event = events.HoldPlaced(
        id=unit.new_id("hld"),
        debit=debit.account.id,
        credit=credit.account.id,
        amount=str(lines[0][1]),
        currency=debit.account.currency,
        expires=command.expires,
        reference=command.reference,
        metadata=command.metadata,
        owner=owner,
    )
    unit.record(event)
    return _view(unit, event.id)


def check_placing(command: commands.PlaceHold) -> None:
    """What can be judged of placing a hold without any state."""
    checks.reference(command.reference)
    checks.metadata(command.metadata)
    checks.moment(command.expires, "expires")
    checks.amount(command.amount, "amount")


def check_accounts(lines: list[posting.Line]) -> None:
    """Both accounts of a hold are open and not frozen in the direction of the hold."""
    for check in (posting.check_open, posting.check_frozen):
        try:
            check(lines)
        except rejections.LedgerRejection as rejection:
            side = "debit" if rejection.field == "postings[0].account" else "credit"
            raise type(rejection)(side) from None


def check_hold(balance: types.Balance, amount: int, field: str) -> None:
    """A hold counts against a limit as if it were posted."""
    change = balance.account.sign * amount
    posting.check_change(balance, change, field)
    held = balance.held_in if change > 0 else balance.held_out
    if held + abs(amount) > money.MAX_MINOR:
        raise rejections.BalanceOutOfRange(field)


def capture_hold(
    unit: Unit, command: commands.CaptureHold, *, owner: str = "", despite_freeze: bool = False
) -> views.Transaction:
    """Post a hold or a part of it. Limits were judged when it was placed.

    What has moved outside already is posted `despite_freeze`.
    """
    check_capture(command)
    tenant = lookup.tenant(unit)
    hold = open_hold(unit, command.hold, owner)
    if hold.expires is not None and hold.expires <= timers.now(unit):
        raise rejections.HoldExpired("hold")
    amount = hold.remaining if command.amount is None else int(command.amount)
    if amount > hold.remaining:
        raise rejections.AmountExceedsHold("amount")
    debit, credit = apply.balance_of(unit, hold.debit), apply.balance_of(unit, hold.credit)
    lines = [(debit, amount), (credit, -amount)]
    if not despite_freeze:
        check_accounts(lines)
    effective = lookup.effective(unit, command.effective)
    posting.check_period(tenant, effective or unit.now)
    for balance, signed in lines:
        check_range(balance, signed)
    rest = hold.remaining - amount if command.release_rest else 0
    event = posting.record(
        unit,
        lines,
        kind=command.kind,
        reference=command.reference,
        effective=effective,
        metadata=command.metadata,
        capture=events.Capture(hold.id, str(amount), str(rest)),
    )
    return views.transaction(event, unit.now)


def check_capture(command: commands.CaptureHold) -> None:
    """What can be judged of a capture without any state."""
    checks.kind(command.kind)
    checks.reference(command.reference)
    checks.metadata(command.metadata)
    checks.moment(command.effective, "effective")
    if command.amount is not None:
        checks.amount(command.amount, "amount")


def check_range(balance: types.Balance, amount: int) -> None:
    """A capture may pass limits that were tightened since, but not the range of a balance."""
    if abs(balance.posted + balance.account.sign * amount) > money.MAX_MINOR:
        raise rejections.BalanceOutOfRange("amount")


def release_hold(unit: Unit, command: commands.ReleaseHold, *, owner: str = "") -> views.Hold:
    """Give back what remains of a hold."""
    lookup.tenant(unit)
    hold = open_hold(unit, command.hold, owner)
    unit.record(events.HoldReleased(hold.id, str(hold.remaining)))
    return _view(unit, hold.id)


def expire_holds(unit: Unit, command: commands.ExpireHolds) -> commands.Expired:
    """Give back what remains of every hold here whose time has come."""
    if not 1 <= len(command.holds) <= commands.MAX_BATCH:
        raise rejections.BatchSize("holds")
    lookup.tenant(unit)
    expired = []
    for hold_id in command.holds:
        hold = unit.get(HOLDS, hold_id)
        if hold is None or hold.tenant != unit.origin.tenant or hold.state != "open":
            continue
        if hold.expires is not None and hold.expires <= timers.now(unit):
            unit.record(events.HoldExpired(hold.id, str(hold.remaining)))
            expired.append(hold.id)
    return commands.Expired(tuple(expired))


def hold_of(unit: Unit, hold_id: str) -> types.Hold:
    """One of the tenant's holds."""
    hold = unit.get(HOLDS, hold_id)
    if hold is None or hold.tenant != unit.origin.tenant:
        raise rejections.HoldNotFound("hold")
    return hold


def _view(unit: Unit, hold_id: str) -> views.Hold:
    hold = hold_of(unit, hold_id)
    return views.hold(hold, apply.account_of(unit, hold.debit).currency)


def open_hold(unit: Unit, hold_id: str, owner: str) -> types.Hold:
    """One of the tenant's holds that has not ended, for the context that it belongs to; one that
    belongs to none is everybody's."""
    hold = hold_of(unit, hold_id)
    if hold.owner not in ("", owner):
        raise rejections.HoldInUse("hold")
    if hold.state != "open":
        raise rejections.HoldNotOpen("hold")
    return hold


def want_accounts(unit: Unit, command: commands.PlaceHold) -> None:
    """Ask for what placing a hold reads."""
    lookup.want_accounts(unit, (command.debit, command.credit))


def want_hold(unit: Unit, command: commands.CaptureHold | commands.ReleaseHold) -> None:
    """Ask for what using a hold reads, as far as the command tells."""
    lookup.want_tenant(unit)
    _want(unit, (command.hold,))


def want_holds(unit: Unit, command: commands.ExpireHolds) -> None:
    """Ask for what expiring holds reads, as far as the command tells."""
    lookup.want_tenant(unit)
    _want(unit, command.holds)


def _want(unit: Unit, holds: Collection[str]) -> None:
    """Holds, and once they are there, the accounts that they are between."""
    unit.want(HOLDS, holds)
    known = list(filter(None, [unit.peek(HOLDS, hold) for hold in holds]))
    lookup.want_accounts(unit, {account for hold in known for account in (hold.debit, hold.credit)})
    timers.want_timers(unit, *[apply.expiry_of(hold) for hold in known if hold.expires])
