"""What the rails say of payments that they carry. News may come late, twice, or before older news:
what cannot happen to a payment any more, or is about none of ours, is passed over."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import commands, events, transitions, types
from culm.payments.decisions import capturing, lookup, moving
from culm.payments.tables import PAYMENTS

Many = commands.NoteSettled | commands.NoteRefused | commands.NoteDoubted


def note_settled(unit: Unit, command: commands.NoteSettled) -> commands.Noted:
    """The money has arrived."""
    found = _concerned(unit, command.transfers, "settle")
    for payment in found:
        moving.record(unit, payment, payment.amount, fee=_charge(unit, payment))
    return commands.Noted(len(found))


def note_refused(unit: Unit, command: commands.NoteRefused) -> commands.Noted:
    """No money has moved."""
    found = _concerned(unit, command.transfers, "fail")
    for payment in found:
        fee = capturing.give_back_fee(unit, payment)
        unit.record(events.PaymentFailed(payment.id, command.reason, fee))
    return commands.Noted(len(found))


def note_doubted(unit: Unit, command: commands.NoteDoubted) -> commands.Noted:
    """Nobody knows."""
    found = _concerned(unit, command.transfers, "doubt")
    for payment in found:
        unit.record(events.PaymentDoubted(payment.id))
    return commands.Noted(len(found))


def note_returned(unit: Unit, command: commands.NoteReturned) -> commands.Noted:
    """The money went back, and the rail has booked it. Where it is not known yet that it had
    settled, it is now."""
    carried = ((command.payment, command.transfer),)
    note_settled(unit, commands.NoteSettled(transfers=carried))
    found = _concerned(unit, carried, "return")
    for payment in found:
        unit.record(
            events.PaymentReturned(
                payment.id,
                str(payment.captured),
                payment.currency,
                command.reason,
                command.shortfall,
                command.unclaimed,
            )
        )
    return commands.Noted(len(found))


def _concerned(
    unit: Unit, carried: commands.Carried, happening: transitions.Happening
) -> list[types.Payment]:
    """The tenant's payments among these to which it can happen, each once."""
    found = []
    for payment_id, transfer in dict.fromkeys(carried):
        payment = unit.get(PAYMENTS, payment_id)
        if payment is None or payment.tenant != unit.origin.tenant:
            continue
        if payment.transfer == transfer and lookup.can(payment, happening):
            found.append(payment)
    return found


def _charge(unit: Unit, payment: types.Payment) -> int:
    """Take the fee of money that came in, or as much of it as the wallet still has by now."""
    fee = payment.fee
    if fee is None or fee.bearer != "payee":
        return 0
    balance = ledger.balance(unit, payment.destination_account)
    if balance.account.closed or balance.account.freeze in ("out", "both"):
        return 0
    charged = max(0, min(fee.amount - fee.taken, balance.available))
    if charged:
        moving.charge(unit, payment, charged)
    return charged


def want_many(unit: Unit, command: Many) -> None:
    """Ask for the payments that the news is about."""
    lookup.want_payments(unit, *[payment for payment, _ in command.transfers])


def want_returned(unit: Unit, command: commands.NoteReturned) -> None:
    """Ask for the payment that the news is about."""
    lookup.want_payments(unit, command.payment)
