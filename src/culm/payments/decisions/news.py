"""What the rails say of payments that they carry. News may come late, twice, or before older news:
what cannot happen to a payment any more, or is about none of ours, is passed over."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import commands, events, rails, transitions, types
from culm.payments.decisions import capturing, lookup, moving
from culm.payments.tables import PAYMENTS

REVERSED: Final = "reversed"
"""Why a payment was returned whose reversal has settled."""

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
    _restore(unit, carried)  # what was reversed comes back only where its reversal has failed
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


def note_reversal(unit: Unit, command: commands.NoteReversal) -> commands.Noted:
    """The rail has undone the payment, or that was undone itself. What is so by now counts, so that
    news may be old."""
    payment = unit.get(PAYMENTS, command.payment)
    if payment is None or payment.tenant != unit.origin.tenant:
        return commands.Noted(0)
    reversal = rails.reversal(unit, payment)
    if reversal is None or reversal.id != command.reversal:
        return commands.Noted(0)
    carried = ((payment.id, payment.transfer),)
    note_settled(unit, commands.NoteSettled(transfers=carried))
    if reversal.state != "settled":
        return commands.Noted(_restore(unit, carried))
    found = _concerned(unit, carried, "return")
    for one in found:
        amount = str(one.captured)
        taken = reversal.direction == "credit" or reversal.account == one.source_account
        unclaimed = "0" if taken else amount
        unit.record(
            events.PaymentReturned(one.id, amount, one.currency, REVERSED, unclaimed=unclaimed)
        )
    return commands.Noted(len(found))


def _restore(unit: Unit, carried: commands.Carried) -> int:
    """Let payments be as they were before they were reversed; how many there are."""
    found = [one for one in _concerned(unit, carried, "restore") if one.failure == REVERSED]
    for payment in found:
        reversal = rails.reversal(unit, payment)
        reason, short, unclaimed = "", 0, 0
        if reversal is not None:
            reason, short = reversal.reason, reversal.shortfall
            unclaimed = reversal.unclaimed
        amount = str(payment.returned)
        unit.record(
            events.PaymentRestored(
                payment.id, amount, payment.currency, reason, str(short), str(unclaimed)
            )
        )
    return len(found)


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


def want_payment(unit: Unit, command: commands.NoteReturned | commands.NoteReversal) -> None:
    """Ask for the payment that the news is about."""
    lookup.want_payments(unit, command.payment)
