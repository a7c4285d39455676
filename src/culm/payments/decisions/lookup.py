"""Finding what a command names, and asking whether something can happen to it."""

from __future__ import annotations

from typing import Protocol

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import rails, rejections, transitions, types
from culm.payments.apply import found
from culm.payments.tables import DISPUTES, PAYMENTS, REFUNDS
from culm.rails.wallet import api as rail
from culm.timers import api as timers
from culm.wallets import api as wallets


class OfPayment(Protocol):
    """A command that names a payment."""

    @property
    def payment(self) -> str:
        """The payment's id."""


def payment(unit: Unit, payment_id: str) -> types.Payment:
    """One of the tenant's payments. Raises `PaymentNotFound`."""
    known = unit.get(PAYMENTS, payment_id)
    if known is None or known.tenant != unit.origin.tenant:
        raise rejections.PaymentNotFound("payment")
    return known


def refund(unit: Unit, refund_id: str) -> types.Refund:
    """One of the tenant's refunds. Raises `RefundNotFound`."""
    known = unit.get(REFUNDS, refund_id)
    if known is None or known.tenant != unit.origin.tenant:
        raise rejections.RefundNotFound("refund")
    return known


def dispute(unit: Unit, dispute_id: str) -> types.Dispute:
    """One of the tenant's disputes. Raises `DisputeNotFound`."""
    known = unit.get(DISPUTES, dispute_id)
    if known is None or known.tenant != unit.origin.tenant:
        raise rejections.DisputeNotFound("dispute")
    return known


def can(payment: types.Payment, happening: transitions.Happening) -> bool:
    """Whether something can happen to a payment as it is."""
    return transitions.after(payment.kind, payment.state, happening) is not None


def require(payment: types.Payment, happening: transitions.Happening) -> None:
    """Refuse what cannot happen to a payment as it is, with `PaymentState`."""
    if not can(payment, happening):
        raise rejections.PaymentState("payment")


def require_in_time(unit: Unit, payment: types.Payment) -> None:
    """Refuse a payment whose time has come, with `PaymentPastExpiry`."""
    if payment.expires is not None and payment.expires <= timers.now(unit):
        raise rejections.PaymentPastExpiry("payment")


def income(payment_currency: str) -> str:
    """The code of the account on which fees are earned."""
    return f"income:fees:{payment_currency.lower()}"


def want_payments(unit: Unit, *payment_ids: str) -> None:
    """Ask for payments, and once they are there for what deciding about them reads."""
    unit.want(PAYMENTS, payment_ids)
    timers.want_clock(unit)
    for payment_id in payment_ids:
        known = unit.peek(PAYMENTS, payment_id)
        if known is not None and known.tenant == unit.origin.tenant:
            _want(unit, known)


def want_payment(unit: Unit, command: OfPayment) -> None:
    """Ask for the payment that a command names, and what goes with it."""
    want_payments(unit, command.payment)


def _want(unit: Unit, payment: types.Payment) -> None:
    for side in found.sides(payment):
        wallets.want_use(unit, side.wallet, side.currency)
    if payment.fee is not None or payment.parts:
        ledger.want_accounts(
            unit, income(payment.currency), *[one.account for one in payment.parts]
        )
    held = [one for one in (payment.hold, payment.fee_hold) if one]
    if held:
        rail.want_transfers(unit, *held)
    rails.want_known(unit, payment)
    if payment.expires is not None:
        timers.want_timers(unit, found.expiry_of(payment))
