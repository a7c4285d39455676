"""Capturing what is authorised, and ending what has not moved."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.kernel import errors
from culm.ledger import api as ledger
from culm.payments import commands, events, rails, rejections, types, views
from culm.payments.decisions import lookup, moving
from culm.rails.wallet import api as rail
from culm.timers import api as timers


def capture_payment(unit: Unit, command: commands.CapturePayment) -> views.Payment:
    """Take what is authorised, or a part of it."""
    amount = None
    if command.amount is not None:
        amount = ledger.check_amount(command.amount, "amount")
    payment = lookup.payment(unit, command.payment)
    lookup.require(payment, "capture")
    lookup.require_in_time(unit, payment)
    if amount is None:
        amount = payment.uncaptured
    if amount > payment.uncaptured:
        raise rejections.CaptureExceedsAuthorised("amount")
    last = command.final or amount == payment.uncaptured
    with errors.named("payment"):
        moving.take(unit, payment, amount, last=last)
    return views.payment(lookup.payment(unit, payment.id))


def void_payment(unit: Unit, command: commands.VoidPayment) -> views.Payment:
    """Take a payment back, or let go of what is not captured of it."""
    payment = lookup.payment(unit, command.payment)
    if payment.captured and lookup.can(payment, "close"):
        _close(unit, payment, expired=False)
        return views.payment(lookup.payment(unit, payment.id))
    lookup.require(payment, "void")
    if payment.transfer and not rails.withdraw(unit, payment):
        raise rejections.PaymentSent("payment")
    with errors.named("payment"):
        _release(unit, payment)
        unit.record(events.PaymentVoided(payment.id, give_back_fee(unit, payment)))
    return views.payment(lookup.payment(unit, payment.id))


def expire_payment(unit: Unit, command: commands.ExpirePayment) -> views.Payment:
    """End a payment whose time has come. One that is not due, or has ended, is left alone."""
    payment = lookup.payment(unit, command.payment)
    if payment.expires is None or payment.expires > timers.now(unit):
        return views.payment(payment)
    if payment.captured:
        _close(unit, payment, expired=True)
    else:
        _release(unit, payment)
        unit.record(events.PaymentExpired(payment.id))
    return views.payment(lookup.payment(unit, payment.id))


def _close(unit: Unit, payment: types.Payment, *, expired: bool) -> None:
    _release(unit, payment)
    unit.record(events.PaymentClosed(payment.id, str(payment.uncaptured), expired))


def _release(unit: Unit, payment: types.Payment) -> None:
    """Let go of what is held."""
    for hold in (payment.hold, payment.fee_hold):
        if hold:
            rail.cancel(unit, hold)


def give_back_fee(unit: Unit, payment: types.Payment) -> str:
    """Give back the fee that was taken for a payment of which nothing comes. Returns how much."""
    fee = payment.fee
    if fee is None or fee.taken == fee.refunded:
        return "0"
    moving.give_back_fee(unit, payment, fee.taken - fee.refunded)
    return str(fee.taken - fee.refunded)
