"""Reversing transactions: the opposite postings, whole or in part, never more than there was."""

from __future__ import annotations

from collections.abc import Sequence

from culm.book.unit import Unit
from culm.kernel import ids
from culm.ledger import apply, checks, commands, events, rejections, views
from culm.ledger.decisions import lookup, posting
from culm.ledger.tables import REVERSED


def reverse_transaction(unit: Unit, command: commands.ReverseTransaction) -> views.Transaction:
    """Book the opposite of a transaction, or of a part of it."""
    check_form(command)
    tenant = lookup.tenant(unit)
    original = transaction_of(unit, command.transaction)
    if original.reverses is not None:
        raise rejections.ReversalOfReversal("transaction")
    remaining = remaining_of(unit, original)
    if not any(remaining):
        raise rejections.AlreadyReversed("transaction")
    amounts = amounts_of(command, remaining)
    for index, (amount, most) in enumerate(zip(amounts, remaining, strict=True)):
        if amount > most:
            raise rejections.ReversalExceedsOriginal(_field(command, index))
    lines = [
        (apply.balance_of(unit, account_id), -amount if int(text) > 0 else amount)
        for (account_id, text, _), amount in zip(original.postings, amounts, strict=True)
    ]
    posting.check_lines(lines)
    effective = lookup.effective(unit, command.effective)
    posting.check_period(tenant, effective or unit.now)
    posting.check_limits(lines)
    event = posting.record(
        unit,
        lines,
        kind="reversal",
        reference=command.reference,
        effective=effective,
        metadata=command.metadata,
        reverses=original.id,
    )
    return views.transaction(event, unit.now)


def check_form(command: commands.ReverseTransaction) -> None:
    """What can be judged without any state."""
    checks.reference(command.reference)
    checks.metadata(command.metadata)
    checks.moment(command.effective, "effective")
    if command.amount is not None:
        if command.amounts is not None:
            raise rejections.AmountsCount("amounts")
        checks.amount(command.amount, "amount")
    for index, amount in enumerate(command.amounts or ()):
        if amount not in (0, "0"):
            checks.amount(amount, f"amounts[{index}]")


def transaction_of(unit: Unit, transaction_id: str) -> events.TransactionPosted:
    """One of the tenant's transactions."""
    if not ids.is_id("txn", transaction_id) or ids.partition_of(transaction_id) != unit.partition:
        raise rejections.TransactionNotFound("transaction")
    event = unit.event_at(ids.position_of(transaction_id))
    if not isinstance(event, events.TransactionPosted):
        raise rejections.TransactionNotFound("transaction")
    first = apply.account_of(unit, event.postings[0][0])
    if first.tenant != unit.origin.tenant:
        raise rejections.TransactionNotFound("transaction")
    return event


def remaining_of(unit: Unit, original: events.TransactionPosted) -> list[int]:
    """How much of each posting has not been reversed yet."""
    before = unit.get(REVERSED, original.id)
    done: Sequence[int] = before.amounts if before else [0] * len(original.postings)
    return [
        abs(int(amount)) - already
        for (_, amount, _), already in zip(original.postings, done, strict=True)
    ]


def amounts_of(command: commands.ReverseTransaction, remaining: list[int]) -> list[int]:
    """How much of each posting is to be reversed now."""
    if command.amount is not None:
        if len(remaining) != commands.MIN_POSTINGS:
            raise rejections.AmountsCount("amount")
        return [int(command.amount)] * 2
    if command.amounts is None:
        return remaining
    if len(command.amounts) != len(remaining):
        raise rejections.AmountsCount("amounts")
    amounts = [int(amount) for amount in command.amounts]
    if not any(amounts):
        raise rejections.AmountInvalid("amounts")
    return amounts


def _field(command: commands.ReverseTransaction, index: int) -> str:
    return "amount" if command.amount is not None else f"amounts[{index}]"


def want_reversal(unit: Unit, command: commands.ReverseTransaction) -> None:
    """Ask for what a reversal reads, as far as the command tells."""
    lookup.want_tenant(unit)
    unit.want(REVERSED, (command.transaction,))
    if ids.is_id("txn", command.transaction):
        position = ids.position_of(command.transaction)
        unit.want_event(position)
        original = unit.past.get(position)
        if isinstance(original, events.TransactionPosted):
            lookup.want_accounts(unit, {account for account, _, _ in original.postings})
