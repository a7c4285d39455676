"""Disputes: what is contested is set aside, and goes to whoever turns out to be right."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.kernel import errors
from culm.ledger import api as ledger
from culm.payments import commands, events, rejections, types, views
from culm.payments.decisions import lookup, moving
from culm.payments.tables import DISPUTES, PAYMENTS


def open_dispute(unit: Unit, command: commands.OpenDispute) -> views.Dispute:
    """Contest what was captured, or a part of it. As much of it as the payee has is set aside,
    whatever the payee's wallet may do otherwise."""
    amount = None
    if command.amount is not None:
        amount = ledger.check_amount(command.amount, "amount")
    ledger.check_reference(command.reference)
    payment = lookup.payment(unit, command.payment)
    lookup.require(payment, "dispute")
    amount = payment.refundable if amount is None else amount
    if not 0 < amount <= payment.refundable:
        raise rejections.RefundExceedsCaptured("amount")
    with errors.named("payment"):
        held = _set_aside(unit, payment, amount)
    event = events.DisputeOpened(
        id=unit.new_id(types.DISPUTE),
        payment=payment.id,
        amount=str(amount),
        currency=payment.currency,
        held=str(held),
        reason=command.reason,
        reference=command.reference,
    )
    unit.record(event)
    return views.dispute(lookup.dispute(unit, event.id))


def resolve_dispute(unit: Unit, command: commands.ResolveDispute) -> views.Dispute:
    """End a dispute in favour of the payee, or of the payer."""
    dispute = _open(unit, command.dispute)
    if command.outcome == "lost":
        return _lose(unit, dispute, accepted=False)
    payment = lookup.payment(unit, dispute.payment)
    if dispute.held:
        receiver = moving.receiver(unit, payment.destination_account, payment.currency)
        lines = [(_aside(unit, dispute), dispute.held), (receiver, -dispute.held)]
        _post(unit, dispute, lines)
    unit.record(events.DisputeWon(dispute.id, payment.id))
    return views.dispute(lookup.dispute(unit, dispute.id))


def accept_dispute(unit: Unit, command: commands.AcceptDispute) -> views.Dispute:
    """End a dispute because the payee gives in."""
    return _lose(unit, _open(unit, command.dispute), accepted=True)


def _lose(unit: Unit, dispute: types.Dispute, *, accepted: bool) -> views.Dispute:
    """The payer has the whole amount back; what was not set aside is the house's loss."""
    payment = lookup.payment(unit, dispute.payment)
    loss = dispute.amount - dispute.held
    lines = [(moving.receiver(unit, payment.source_account, payment.currency), -dispute.amount)]
    if loss:
        lines.insert(0, (_house(unit, "expenses:disputes", payment.currency), loss))
    if dispute.held:
        lines.insert(0, (_aside(unit, dispute), dispute.held))
    _post(unit, dispute, lines)
    unit.record(events.DisputeLost(dispute.id, payment.id, accepted, str(loss)))
    return views.dispute(lookup.dispute(unit, dispute.id))


def _open(unit: Unit, dispute_id: str) -> types.Dispute:
    dispute = lookup.dispute(unit, dispute_id)
    if dispute.state != "open":
        raise rejections.DisputeEnded("dispute")
    return dispute


def _set_aside(unit: Unit, payment: types.Payment, amount: int) -> int:
    """Take what the payee has of an amount. Returns how much that is."""
    balance = ledger.balance(unit, payment.destination_account)
    account = balance.account
    if account.closed or account.freeze in ("out", "both"):
        return 0
    held = max(0, min(amount, balance.available - (account.minimum or 0)))
    if held:
        aside = _house(unit, "liabilities:disputes", payment.currency)
        lines = [(payment.destination_account, held), (aside, -held)]
        ledger.post(unit, lines, kind="dispute", reference=payment.id)
    return held


def _aside(unit: Unit, dispute: types.Dispute) -> str:
    return _house(unit, "liabilities:disputes", dispute.currency)


def _house(unit: Unit, code: str, currency: str) -> str:
    return ledger.house_account(unit, f"{code}:{currency.lower()}", currency)


def _post(unit: Unit, dispute: types.Dispute, lines: list[tuple[str, int]]) -> None:
    metadata = {"dispute": dispute.id}
    with errors.named("dispute"):
        ledger.post(unit, lines, kind="dispute", reference=dispute.payment, metadata=metadata)


def want_opening(unit: Unit, command: commands.OpenDispute) -> None:
    """Ask for what opening a dispute reads."""
    lookup.want_payment(unit, command)
    payment = unit.peek(PAYMENTS, command.payment)
    if payment is not None:
        _want_house(unit, payment.currency)


def want_ending(unit: Unit, command: commands.ResolveDispute | commands.AcceptDispute) -> None:
    """Ask for a dispute, and once it is there for its payment and the house's accounts."""
    unit.want(DISPUTES, [command.dispute])
    dispute = unit.peek(DISPUTES, command.dispute)
    if dispute is not None:
        lookup.want_payments(unit, dispute.payment)
        _want_house(unit, dispute.currency)


def _want_house(unit: Unit, currency: str) -> None:
    roots = ("liabilities:disputes", "liabilities:suspense", "expenses:disputes")
    ledger.want_accounts(unit, *[f"{root}:{currency.lower()}" for root in roots])
