"""Confirming: a payment that was made goes ahead, within the limits of its wallets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from culm.book.unit import Unit
from culm.kernel import errors
from culm.ledger import api as ledger
from culm.payments import checks, commands, events, rails, rejections, types, views
from culm.payments.apply import found
from culm.payments.decisions import lookup, moving
from culm.rails.wallet import api as rail
from culm.timers import api as timers
from culm.wallets import api as wallets

AUTHORISED: Final = timedelta(days=7)
"""How long what is authorised waits to be captured, where nothing else was said. What a payment was
told of its end when it was made to be confirmed later is about confirming it, and over by then."""

_NAMED: Final = {
    "postings[0].account": "source",
    "postings[1].account": "destination",
    "debit": "source",
    "credit": "destination",
} | {member: member for member in ("source", "destination", "splits")}
"""What the accounts of a transaction or a hold are called in the payment. Those of the house are
called nothing there."""


def confirm_payment(unit: Unit, command: commands.ConfirmPayment) -> views.Payment:
    """Let a payment go ahead that was made without it. What its wallets may do now counts."""
    payment = lookup.payment(unit, command.payment)
    if payment.state != "created":
        raise rejections.PaymentState("payment")
    lookup.require_in_time(unit, payment)
    for side in found.sides(payment):
        wallets.account(unit, side.wallet, side.currency, direction=side.direction, field="payment")
    with errors.named("payment"):
        _confirm(unit, payment)
    return views.payment(lookup.payment(unit, payment.id))


def confirm(unit: Unit, payment: types.Payment, by: rails.By = None) -> None:
    """Let a payment go ahead as it is made. What the ledger refuses names its source or its
    destination, and not an account that whoever asks has never heard of."""
    try:
        _confirm(unit, payment, by, expires=payment.expires)
    except ledger.LedgerRejection as no:
        raise type(no)(_NAMED.get(no.field or "")) from None


def _confirm(
    unit: Unit, payment: types.Payment, by: rails.By = None, *, expires: datetime | None = None
) -> None:
    """Move the money, hold it, or give the payment to the bank's rail."""
    for side in found.sides(payment):
        wallets.check_limits(
            unit,
            side.wallet,
            currency=side.currency,
            amount=side.amount,
            direction=side.direction,
            field=side.field,
        )
    if payment.kind not in checks.ON_WALLETS:
        _submit(unit, payment, by)
    elif payment.method == "manual":
        _authorise(unit, payment, expires or timers.now(unit) + AUTHORISED)
    else:
        moving.pay(unit, payment)


def _authorise(unit: Unit, payment: types.Payment, expires: datetime) -> None:
    """Hold the amount, and the fee that the payer bears beside it, until they are captured."""
    hold = rail.reserve(unit, moving.order_of(payment, payment.amount))
    fee, fee_hold = payment.fee, ""
    if fee is not None and fee.bearer == "payer":
        fee_hold = rail.reserve(unit, moving.fee_order(unit, payment, fee.amount))
    unit.record(
        events.PaymentAuthorised(
            payment.id, str(payment.amount), payment.currency, hold, expires, fee_hold
        )
    )


def _submit(unit: Unit, payment: types.Payment, by: rails.By) -> None:
    """Give the payment to the bank's rail, and take what it costs to send money out."""
    transfer, fee = rails.submit(unit, payment, by), 0
    if payment.fee is not None and payment.fee.bearer == "payer":
        fee = payment.fee.amount
        moving.charge(unit, payment, fee)
    unit.record(events.PaymentSubmitted(payment.id, transfer, str(fee)))
