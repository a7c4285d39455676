"""What becomes of refunds and disputes, and through them of their payments."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.book.unit import Unit
from culm.kernel import ids
from culm.payments import commands, events, transitions, types
from culm.payments.apply import found
from culm.payments.tables import DISPUTES, REFUNDS
from culm.timers import api as timers


def refund_created(unit: Unit, event: events.RefundCreated, _position: int) -> None:
    """Keep the refund, and count it: nothing else may claim that money."""
    refund = types.Refund(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        payment=event.payment,
        state="pending",
        amount=int(event.amount),
        currency=event.currency,
        fee=int(event.fee),
        parts=tuple([int(part) for part in event.parts]),
        reason=event.reason,
        reference=event.reference,
        created=timers.now(unit),
        updated=timers.now(unit),
    )
    unit.put(REFUNDS, refund.id, refund)
    _claim(unit, refund, +1, "refund")
    if event.due is not None:
        _try_again(unit, refund, event.due)


def refund_delayed(unit: Unit, event: events.RefundDelayed, _position: int) -> None:
    """Try again later."""
    refund = found.refund(unit, event.id)
    refund = msgspec.structs.replace(refund, tries=refund.tries + 1, updated=timers.now(unit))
    unit.put(REFUNDS, refund.id, refund)
    _try_again(unit, refund, event.due)


def refund_succeeded(unit: Unit, event: events.RefundSucceeded, _position: int) -> None:
    """It is done."""
    _end_refund(unit, event.id, "succeeded")


def refund_failed(unit: Unit, event: events.RefundFailed, _position: int) -> None:
    """Let go of what it claimed."""
    _claim(unit, _end_refund(unit, event.id, "failed"), -1, "unrefund")


def dispute_opened(unit: Unit, event: events.DisputeOpened, _position: int) -> None:
    """Keep the dispute, and count it."""
    dispute = types.Dispute(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        payment=event.payment,
        state="open",
        amount=int(event.amount),
        held=int(event.held),
        currency=event.currency,
        reason=event.reason,
        reference=event.reference,
        created=timers.now(unit),
        updated=timers.now(unit),
    )
    unit.put(DISPUTES, dispute.id, dispute)
    payment = found.payment(unit, event.payment)
    found.move(unit, payment, "dispute", disputed=payment.disputed + dispute.amount)


def dispute_won(unit: Unit, event: events.DisputeWon, _position: int) -> None:
    """What was contested is the payee's again."""
    dispute = _end_dispute(unit, event.id, "won")
    payment = found.payment(unit, event.payment)
    found.move(unit, payment, "win", disputed=payment.disputed - dispute.amount)


def dispute_lost(unit: Unit, event: events.DisputeLost, _position: int) -> None:
    """What was contested stays counted: it has gone back."""
    _end_dispute(unit, event.id, "accepted" if event.accepted else "lost")
    found.move(unit, found.payment(unit, event.payment), "lose")


def _claim(unit: Unit, refund: types.Refund, sign: int, happening: transitions.Happening) -> None:
    """Count what a refund takes out of its payment, or (-1) count it no more."""
    payment = found.payment(unit, refund.payment)
    fee, parts = payment.fee, payment.parts
    if fee is not None and refund.fee:
        fee = msgspec.structs.replace(fee, refunded=fee.refunded + sign * refund.fee)
    if refund.parts:
        pairs = zip(parts, refund.parts, strict=True)
        parts = tuple(
            msgspec.structs.replace(part, refunded=part.refunded + sign * amount)
            for part, amount in pairs
        )
    refunded = payment.refunded + sign * refund.amount
    found.move(unit, payment, happening, refunded=refunded, fee=fee, parts=parts)


def _try_again(unit: Unit, refund: types.Refund, due: datetime) -> None:
    command = commands.TryRefund(refund=refund.id)
    timers.arm(unit, found.trial_of(refund.id), due=due, command=command)


def _end_refund(unit: Unit, refund_id: str, state: types.RefundState) -> types.Refund:
    refund = found.refund(unit, refund_id)
    refund = msgspec.structs.replace(refund, state=state, updated=timers.now(unit))
    unit.put(REFUNDS, refund.id, refund)
    return refund


def _end_dispute(unit: Unit, dispute_id: str, state: types.DisputeState) -> types.Dispute:
    dispute = found.dispute(unit, dispute_id)
    dispute = msgspec.structs.replace(dispute, state=state, updated=timers.now(unit))
    unit.put(DISPUTES, dispute.id, dispute)
    return dispute
