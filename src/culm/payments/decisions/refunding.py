"""Refunds: what was captured goes back to the payer, from the payee and, if asked, from those who
got a part of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from culm.book.unit import Unit
from culm.kernel import errors
from culm.ledger import api as ledger
from culm.payments import commands, events, rejections, sharing, types, views
from culm.payments.apply import found
from culm.payments.decisions import lookup, moving
from culm.payments.tables import REFUNDS
from culm.timers import api as timers
from culm.wallets import api as wallets

AGAIN: Final = timedelta(days=1)
"""How long until a refund is tried once more that the payee cannot cover."""

TRIES: Final = 7
"""How often that is done."""


def refund_payment(unit: Unit, command: commands.RefundPayment) -> views.Refund:
    """Give back what was captured, or a part of it."""
    amount = None
    if command.amount is not None:
        amount = ledger.check_amount(command.amount, "amount")
    ledger.check_reference(command.reference)
    payment = lookup.payment(unit, command.payment)
    lookup.require(payment, "refund")
    amount = payment.refundable if amount is None else amount
    if not 0 < amount <= payment.refundable:
        raise rejections.RefundExceedsCaptured("amount")
    wallets.account(unit, payment.destination, payment.currency, direction="out", field="payment")
    created = _created(unit, payment, command, amount)
    mark = unit.mark()
    unit.record(created)
    try:
        with errors.named("payment"):
            _give(unit, payment, lookup.refund(unit, created.id))
    except ledger.InsufficientFunds:
        if not command.wait:
            raise
        unit.rewind(mark)
        _wait(unit, created)
    return views.refund(lookup.refund(unit, created.id))


def _created(
    unit: Unit, payment: types.Payment, command: commands.RefundPayment, amount: int
) -> events.RefundCreated:
    """What a refund of this amount takes from whom."""
    fee, parts = 0, tuple[int, ...]()
    if payment.fee is not None and payment.fee.refunds == "proportional":
        left = payment.fee.taken - payment.fee.refunded
        fee = sharing.portion(amount, of=payment.captured - payment.refunded, left=left)
    if command.from_splits:
        rest = [part.captured - part.refunded for part in payment.parts]
        of = max(payment.refundable, sum(rest))
        parts = tuple([sharing.portion(amount, of=of, left=one) for one in rest])
    return events.RefundCreated(
        id=unit.new_id(types.REFUND),
        payment=payment.id,
        amount=str(amount),
        currency=payment.currency,
        fee=str(fee),
        parts=tuple([str(part) for part in parts]),
        reason=command.reason,
        reference=command.reference,
    )


def _give(unit: Unit, payment: types.Payment, refund: types.Refund) -> None:
    """Move the money: a fee that goes back first, since it may be the payee's to give."""
    if refund.fee:
        moving.give_back_fee(unit, payment, refund.fee)
    pairs = zip(payment.parts, refund.parts, strict=False)
    givers = [(part.account, share) for part, share in pairs if share]
    own = refund.amount - sum([share for _, share in givers])
    if own:
        givers.insert(0, (payment.destination_account, own))
    lines = [*givers, (payment.source_account, -refund.amount)]
    ledger.post(unit, lines, kind="refund", reference=payment.id, metadata={"refund": refund.id})
    unit.record(events.RefundSucceeded(refund.id, payment.id, str(refund.amount), refund.currency))


def _wait(unit: Unit, created: events.RefundCreated) -> None:
    """Record a refund that is tried again later."""
    due = timers.now(unit) + AGAIN
    unit.record(msgspec.structs.replace(created, due=due))


def try_refund(unit: Unit, command: commands.TryRefund) -> views.Refund:
    """Try once more; after the last time, the refund has failed."""
    refund = lookup.refund(unit, command.refund)
    if refund.state != "pending":
        return views.refund(refund)
    payment = lookup.payment(unit, refund.payment)
    mark = unit.mark()
    try:
        _give(unit, payment, refund)
    except ledger.LedgerRejection as refusal:
        unit.rewind(mark)
        if refund.tries + 1 < TRIES:
            unit.record(events.RefundDelayed(refund.id, timers.now(unit) + AGAIN))
        else:
            unit.record(events.RefundFailed(refund.id, payment.id, refusal.code))
    return views.refund(lookup.refund(unit, refund.id))


def want_trial(unit: Unit, command: commands.TryRefund) -> None:
    """Ask for a refund, and once it is there for its payment."""
    unit.want(REFUNDS, [command.refund])
    timers.want_timers(unit, found.trial_of(command.refund))
    refund = unit.peek(REFUNDS, command.refund)
    if refund is not None:
        lookup.want_payments(unit, refund.payment)
