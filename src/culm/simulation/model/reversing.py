"""Reversals: the opposite of what is left of a transaction, or of a part of it."""

from __future__ import annotations

import re

from culm.ledger import commands
from culm.simulation.model import booking, forms
from culm.simulation.model.state import LARGEST, Rejected, Row, State


def reverse(state: State, command: commands.ReverseTransaction) -> Row:
    """Book the opposite of a transaction."""
    forms.reference(command.reference)
    forms.metadata(command.metadata)
    forms.time(command.effective, "effective")
    asked = amounts_asked(command)
    state.tenant()
    original = state.transactions.get(command.transaction)
    if original is None or original["tenant"] != state.asking:
        raise Rejected("transaction_not_found", "transaction")
    if original["reverses"] is not None:
        raise Rejected("reversal_of_reversal", "transaction")
    lines, done = original["lines"], original["reversed"]
    left = [abs(amount) - part for (_, amount), part in zip(lines, done, strict=True)]
    if not any(left):
        raise Rejected("already_reversed", "transaction")
    parts = parts_of(command, asked, left)
    opposite = [
        (account, -part if amount > 0 else part)
        for (account, amount), part in zip(lines, parts, strict=True)
    ]
    fields = [f"postings[{index}].account" for index in range(len(opposite))]
    booking.balanced(opposite)
    booking.allowed(state, opposite, fields, command.effective)
    booking.within_limits(state, opposite, fields)
    booked = booking.book(
        state,
        opposite,
        kind="reversal",
        reference=command.reference,
        effective=command.effective,
        metadata=command.metadata,
        reverses=command.transaction,
    )
    original["reversed"] = [before + part for before, part in zip(done, parts, strict=True)]
    return booked


def amounts_asked(command: commands.ReverseTransaction) -> list[int] | None:
    """One amount, or one a posting, by their form; None for all that is left."""
    if command.amount is not None and command.amounts is not None:
        raise Rejected("amounts_count", "amounts")
    if command.amount is not None:
        return [forms.amount(command.amount, "amount")]
    if command.amounts is None:
        return None
    return [zero_or_amount(a, f"amounts[{index}]") for index, a in enumerate(command.amounts)]


def zero_or_amount(value: int | str, field: str) -> int:
    """An amount, or zero to pass over the posting."""
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]*", value):
        raise Rejected("amount_invalid", field)
    if not 0 <= int(value) <= LARGEST:
        raise Rejected("amount_invalid", field)
    return int(value)


def parts_of(
    command: commands.ReverseTransaction, asked: list[int] | None, left: list[int]
) -> list[int]:
    """How much of each posting is reversed."""
    if asked is None:
        return left
    field = "amounts" if command.amount is None else "amount"
    if command.amount is not None and len(left) == 2:
        asked = asked * 2
    if len(asked) != len(left):
        raise Rejected("amounts_count", field)
    if not any(asked):
        raise Rejected("amount_invalid", field)
    for index, (part, rest) in enumerate(zip(asked, left, strict=True)):
        if part > rest:
            place = field if command.amount is not None else f"amounts[{index}]"
            raise Rejected("reversal_exceeds_original", place)
    return asked
