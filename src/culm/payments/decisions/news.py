"""What the rails say of payments that they carry. News of what has gone on already, or is none of
ours, is passed over: it may come late, or twice."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import commands, events, transitions, types
from culm.payments.decisions import capturing, lookup, moving
from culm.payments.tables import PAYMENTS

Many = commands.NoteSettled | commands.NoteRefused | commands.NoteDoubted | commands.NoteResolved


def note_settled(unit: Unit, command: commands.NoteSettled) -> commands.Noted:
    """The money has arrived."""
    found = _concerned(unit, command.payments, "settle")
    for payment in found:
        moving.record(unit, payment, payment.amount, fee=_charge(unit, payment))
    return commands.Noted(len(found))


def note_refused(unit: Unit, command: commands.NoteRefused) -> commands.Noted:
    """No money has moved."""
    found = _concerned(unit, command.payments, "fail")
    for payment in found:
        fee = capturing.give_back_fee(unit, payment)
        unit.record(events.PaymentFailed(payment.id, command.reason, fee))
    return commands.Noted(len(found))


def note_returned(unit: Unit, command: commands.NoteReturned) -> commands.Noted:
    """The money went back; the rail has booked it. Its fee is kept."""
    found = _concerned(unit, (command.payment,), "return")
    for payment in found:
        unit.record(
            events.PaymentReturned(
                payment.id,
                str(payment.captured),
                payment.currency,
                command.reason,
                str(command.shortfall),
            )
        )
    return commands.Noted(len(found))


def note_doubted(unit: Unit, command: commands.NoteDoubted) -> commands.Noted:
    """Nobody knows."""
    found = _concerned(unit, command.payments, "doubt")
    for payment in found:
        unit.record(events.PaymentDoubted(payment.id))
    return commands.Noted(len(found))


def note_resolved(unit: Unit, command: commands.NoteResolved) -> commands.Noted:
    """It is known again."""
    found = _concerned(unit, command.payments, "resolve")
    for payment in found:
        unit.record(events.PaymentResolved(payment.id))
    return commands.Noted(len(found))


def _concerned(
    unit: Unit, payment_ids: tuple[str, ...], happening: transitions.Happening
) -> list[types.Payment]:
    """The tenant's payments among these to which it can happen, each once."""
    known = [unit.get(PAYMENTS, one) for one in dict.fromkeys(payment_ids)]
    return [
        payment
        for payment in known
        if payment is not None
        and payment.tenant == unit.origin.tenant
        and lookup.can(payment, happening)
    ]


def _charge(unit: Unit, payment: types.Payment) -> int:
    """Take the fee of money that came in, or as much of it as the wallet still has by now."""
    fee = payment.fee
    if fee is None or fee.bearer != "payee":
        return 0
    available = ledger.balance(unit, payment.destination_account).available
    charged = max(0, min(fee.amount - fee.taken, available))
    if charged:
        moving.charge(unit, payment, charged)
    return charged


def want_many(unit: Unit, command: Many) -> None:
    """Ask for the payments that the news is about."""
    lookup.want_payments(unit, *command.payments)


def want_returned(unit: Unit, command: commands.NoteReturned) -> None:
    """Ask for the payment that the news is about."""
    lookup.want_payments(unit, command.payment)
