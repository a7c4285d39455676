"""What events name, and what they have in common: moving a payment to its next state."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from culm.book.unit import Unit
from culm.payments import commands, transitions, types
from culm.payments.tables import DISPUTES, PAYMENTS, REFUNDS
from culm.timers import api as timers
from culm.wallets import api as wallets


def payment(unit: Unit, payment_id: str) -> types.Payment:
    """A payment that an event names: it exists, or the log is damaged."""
    found = unit.get(PAYMENTS, payment_id)
    if found is None:
        raise damaged(unit, payment_id)
    return found


def refund(unit: Unit, refund_id: str) -> types.Refund:
    """A refund that an event names."""
    found = unit.get(REFUNDS, refund_id)
    if found is None:
        raise damaged(unit, refund_id)
    return found


def dispute(unit: Unit, dispute_id: str) -> types.Dispute:
    """A dispute that an event names."""
    found = unit.get(DISPUTES, dispute_id)
    if found is None:
        raise damaged(unit, dispute_id)
    return found


def damaged(unit: Unit, what: str) -> LookupError:
    """What an event raises that names something which is not there."""
    return LookupError(f"the event at {unit.position - 1} names no {what}")


def move(
    unit: Unit, payment: types.Payment, happening: transitions.Happening, **changes: Any
) -> types.Payment:
    """Put a payment as it is after a happening. A LookupError is a defect: the table says what
    cannot happen, and decisions ask it first."""
    state = transitions.after(payment.kind, payment.state, happening)
    if state is None:
        raise LookupError(f"{payment.id} is {payment.state}: {happening} cannot happen to it")
    after = msgspec.structs.replace(payment, state=state, updated=timers.now(unit), **changes)
    unit.put(PAYMENTS, after.id, after)
    return after


def end(
    unit: Unit,
    payment: types.Payment,
    happening: transitions.Happening,
    *,
    fired: bool = False,
    **changes: Any,
) -> None:
    """Move a payment to where it expires no more."""
    disarm(unit, payment, fired=fired)
    move(unit, payment, happening, expires=None, **changes)


def expiry_of(payment: types.Payment) -> str:
    """The id of the timer that ends a payment when its time has come."""
    return timers.timer_id(payment.id, "expiry")


def trial_of(refund_id: str) -> str:
    """The id of the timer that tries a refund once more."""
    return timers.timer_id(refund_id, "trial")


def arm(unit: Unit, payment: types.Payment, due: datetime) -> None:
    """Have a payment end when its time has come."""
    command = commands.ExpirePayment(payment=payment.id)
    timers.arm(unit, expiry_of(payment), due=due, command=command)


def disarm(unit: Unit, payment: types.Payment, *, fired: bool = False) -> None:
    """Let a payment not end by time any more."""
    if payment.expires is not None:
        timers.disarm(unit, expiry_of(payment), fired=fired)


def count(unit: Unit, payment: types.Payment) -> None:
    """Count a payment that was just confirmed against the limits of its wallets."""
    at = payment.confirmed or timers.now(unit)
    for side in sides(payment):
        wallets.count_use(
            unit,
            side.wallet,
            currency=side.currency,
            amount=side.amount,
            direction=side.direction,
            at=at,
        )


def uncount(unit: Unit, payment: types.Payment, *, times: int) -> None:
    """Take what never moved of a payment back out of what the wallets have used."""
    if payment.confirmed is None:
        return
    for side in sides(payment):
        wallets.uncount_use(
            unit,
            side.wallet,
            currency=side.currency,
            amount=side.left,
            direction=side.direction,
            at=payment.confirmed,
            times=times,
        )


class Side(NamedTuple):
    """A wallet that money goes out of, or comes into; how much, and how much of it has not moved.
    `field` is what a payment calls it."""

    wallet: str
    direction: wallets.Direction
    currency: str
    amount: int
    left: int
    field: str = "amount"


def sides(payment: types.Payment) -> list[Side]:
    """The wallets that a payment goes out of and comes into. The payee gets the whole of it, and
    hands on what is others'."""
    found, left = [], payment.uncaptured
    if payment.source_account:
        found.append(Side(payment.source, "out", payment.currency, payment.amount, left))
    if payment.destination_account:
        bought = payment if payment.exchange is None else payment.exchange
        found.append(Side(payment.destination, "in", bought.currency, bought.amount, left))
    for part in payment.parts:
        left = part.amount - part.captured
        found.append(Side(part.wallet, "in", payment.currency, part.amount, left, "splits"))
    return found
