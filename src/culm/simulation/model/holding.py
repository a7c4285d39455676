"""Holds: placed, captured in parts, released, expired."""

from __future__ import annotations

from typing import Any

from culm.ledger import commands
from culm.simulation.model import arming, booking, forms
from culm.simulation.model.state import LARGEST, Rejected, Row, State

FIELDS = ["debit", "credit"]


def place(state: State, command: commands.PlaceHold) -> Row:
    """Reserve an amount between two accounts."""
    amount = placing_form(command)
    state.tenant()
    debit = state.account(command.debit, "debit")
    credit = state.account(command.credit, "credit")
    if debit is credit:
        raise Rejected("same_account", "credit")
    if debit["currency"] != credit["currency"]:
        raise Rejected("currency_mismatch", "credit")
    lines = [(debit, amount), (credit, -amount)]
    booking.touchable(lines, FIELDS)
    if command.expires is not None and command.expires <= state.time():
        raise Rejected("expiry_in_past", "expires")
    if command.up_to:
        lines = booking.up_to(state, lines)
    for (account, change), field in zip(lines, FIELDS, strict=True):
        booking.within_limits_of(state, account, change * account["sign"], field)
        reservable(state, account, change * account["sign"], field)
    return write(state, lines, command)


def placing_form(command: commands.PlaceHold) -> int:
    """The amount of a hold, if it has the right form."""
    forms.reference(command.reference)
    forms.metadata(command.metadata)
    forms.time(command.expires, "expires")
    return forms.amount(command.amount, "amount")


def reservable(state: State, account: Row, change: int, field: str) -> None:
    """What is held in this direction, and what would be posted, can be kept."""
    balance = state.balance(account)
    held = balance["held_in"] + change if change > 0 else balance["held_out"] - change
    if held > LARGEST or abs(balance["posted"] + change) > LARGEST:
        raise Rejected("balance_out_of_range", field)


def write(state: State, lines: list[booking.Line], command: commands.PlaceHold) -> Row:
    """Write a hold down, with an entry of zero in both accounts."""
    (debit, amount), (credit, _) = lines
    hold = {
        "id": state.next_id("hld"),
        "tenant": state.asking,
        "debit": debit["id"],
        "credit": credit["id"],
        "currency": debit["currency"],
        "amount": amount,
        "captured": 0,
        "released": 0,
        "state": "open",
        "expires": command.expires,
        "reference": command.reference,
        "metadata": command.metadata,
        "placed": state.now,
    }
    position = state.record(
        "ledger.hold_placed",
        id=hold["id"],
        debit=debit["id"],
        credit=credit["id"],
        amount=str(amount),
        currency=debit["currency"],
        expires=command.expires,
        reference=command.reference,
        metadata=command.metadata,
    )
    state.holds[hold["id"]] = hold
    reserve(state, position, hold, amount)
    arming.expiry(state, hold)
    state.refer(command.reference, position)
    return seen(hold)


def reserve(state: State, position: int, hold: Row, amount: int) -> None:
    """Change what both accounts have held, by entries of zero."""
    for side, change in ((hold["debit"], amount), (hold["credit"], -amount)):
        account = state.accounts[side]
        inward = (1 if side == hold["debit"] else -1) * account["sign"] > 0
        delta = abs(change) if amount > 0 else -abs(change)
        held = {"held_in": delta} if inward else {"held_out": delta}
        state.enter(position, account, 0, effective=state.now, **held)


def capture(state: State, command: commands.CaptureHold) -> Row:
    """Post what remains of a hold, or a part."""
    asked = capture_form(command)
    hold = open_hold(state, command.hold)
    if hold["expires"] is not None and hold["expires"] <= state.time():
        raise Rejected("hold_expired", "hold")
    rest = remaining(hold)
    amount = rest if asked is None else asked
    if amount > rest:
        raise Rejected("amount_exceeds_hold", "amount")
    lines = [
        (state.accounts[hold["debit"]], amount),
        (state.accounts[hold["credit"]], -amount),
    ]
    booking.allowed(state, lines, FIELDS, command.effective)
    for account, change in lines:
        booking.in_range(state, account, [change * account["sign"]], "amount")
    released = rest - amount if command.release_rest else 0
    booked = booking.book(
        state,
        lines,
        kind=command.kind,
        reference=command.reference,
        effective=command.effective,
        metadata=command.metadata,
        capture={"hold": hold["id"], "amount": str(amount), "released": str(released)},
    )
    hold["captured"] += amount
    hold["released"] += released
    if not remaining(hold):
        hold["state"] = "captured"
        arming.ended(state, hold)
    return booked


def capture_form(command: commands.CaptureHold) -> int | None:
    """The amount of a capture, if there is one, and if it has the right form."""
    forms.kind(command.kind)
    forms.reference(command.reference)
    forms.metadata(command.metadata)
    forms.time(command.effective, "effective")
    return None if command.amount is None else forms.amount(command.amount, "amount")


def release(state: State, command: commands.ReleaseHold) -> Row:
    """Give back what remains of a hold."""
    hold = open_hold(state, command.hold)
    end(state, hold, "ledger.hold_released", "released")
    return seen(hold)


def expire(state: State, command: commands.ExpireHolds) -> Row:
    """Give back what remains of those holds whose time has come; pass over the others."""
    if not 1 <= len(command.holds) <= 10_000:
        raise Rejected("batch_size", "holds")
    state.tenant()
    ended = []
    for hold_id in command.holds:
        hold = state.holds.get(hold_id)
        if hold is None or hold["tenant"] != state.asking or hold["state"] != "open":
            continue
        if hold["expires"] is not None and hold["expires"] <= state.time():
            end(state, hold, "ledger.hold_expired", "expired")
            ended.append(hold_id)
    return {"holds": tuple(ended)}


def open_hold(state: State, hold_id: str) -> Row:
    """A hold of who is asking that has not ended."""
    state.tenant()
    hold = state.holds.get(hold_id)
    if hold is None or hold["tenant"] != state.asking:
        raise Rejected("hold_not_found", "hold")
    if hold["state"] != "open":
        raise Rejected("hold_not_open", "hold")
    return hold


def end(state: State, hold: Row, event: str, ending: str) -> None:
    """End a hold and give back what remains of it."""
    rest = remaining(hold)
    position = state.record(event, hold=hold["id"], amount=str(rest))
    reserve(state, position, hold, -rest)
    hold["released"] += rest
    hold["state"] = ending
    arming.ended(state, hold)


def remaining(hold: Row) -> int:
    """What may still be captured."""
    rest: int = hold["amount"] - hold["captured"] - hold["released"]
    return rest


def seen(hold: Row) -> Row:
    """A hold as callers see it."""
    shown: dict[str, Any] = {name: value for name, value in hold.items() if name != "tenant"}
    shown["remaining"] = remaining(hold)
    for name in ("amount", "captured", "released", "remaining"):
        shown[name] = str(shown[name])
    return shown
