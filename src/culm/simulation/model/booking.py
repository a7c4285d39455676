"""Transactions, and what every change of balances must pass."""

from __future__ import annotations

from datetime import datetime

from culm.ledger import commands
from culm.simulation.model import forms
from culm.simulation.model.state import LARGEST, Rejected, Row, State

Line = tuple[Row, int]
"""An account, and what is posted to it: debits positive."""


def form(command: commands.PostTransaction) -> list[int]:
    """What a transaction posts, debits positive, if it has the right form."""
    forms.kind(command.kind)
    forms.reference(command.reference)
    forms.metadata(command.metadata)
    forms.time(command.effective, "effective")
    if not 2 <= len(command.postings) <= 1000:
        raise Rejected("postings_count", "postings")
    signed = []
    for index, posting in enumerate(command.postings):
        amount = forms.amount(posting.amount, f"postings[{index}].amount")
        signed.append(amount if posting.side == "debit" else -amount)
    return signed


def post(state: State, command: commands.PostTransaction) -> Row:
    """Book a transaction."""
    signed = form(command)
    state.tenant()
    fields = [f"postings[{index}].account" for index in range(len(command.postings))]
    accounts = [state.account(p.account, f) for p, f in zip(command.postings, fields, strict=True)]
    lines = list(zip(accounts, signed, strict=True))
    if command.up_to and (len(lines) != 2 or accounts[0] is accounts[1]):
        raise Rejected("up_to_postings", "up_to")
    balanced(lines)
    allowed(state, lines, fields, command.effective)
    if command.up_to:
        lines = up_to(state, lines)
    within_limits(state, lines, fields)
    return book(
        state,
        lines,
        kind=command.kind,
        reference=command.reference,
        effective=command.effective,
        metadata=command.metadata,
    )


def exchange(state: State, command: commands.Exchange) -> Row:
    """Book what is sold and what is bought, each against the position in its currency."""
    forms.reference(command.reference)
    forms.metadata(command.metadata)
    forms.time(command.effective, "effective")
    sell, buy = forms.amount(command.sell, "sell"), forms.amount(command.buy, "buy")
    state.tenant()
    payer = state.account(command.sell_account, "sell_account")
    sold = state.account(command.sell_position, "sell_position")
    bought = state.account(command.buy_position, "buy_position")
    receiver = state.account(command.buy_account, "buy_account")
    if payer["id"] == sold["id"]:
        raise Rejected("same_account", "sell_position")
    if bought["id"] == receiver["id"]:
        raise Rejected("same_account", "buy_position")
    if payer["currency"] != sold["currency"]:
        raise Rejected("currency_mismatch", "sell_position")
    if bought["currency"] != receiver["currency"]:
        raise Rejected("currency_mismatch", "buy_position")
    out = sell if payer["side"] == "credit" else -sell
    into = buy if receiver["side"] == "debit" else -buy
    lines = [(payer, out), (sold, -out), (bought, -into), (receiver, into)]
    fields = ["sell_account", "sell_position", "buy_position", "buy_account"]
    allowed(state, lines, fields, command.effective)
    within_limits(state, lines, fields)
    return book(
        state,
        lines,
        kind="fx",
        reference=command.reference,
        effective=command.effective,
        metadata=command.metadata,
    )


def balanced(lines: list[Line]) -> None:
    """Debits equal credits in every currency."""
    sums: dict[str, int] = {}
    for account, amount in lines:
        sums[account["currency"]] = sums.get(account["currency"], 0) + amount
    if any(sums.values()):
        raise Rejected("unbalanced", "postings")


def allowed(state: State, lines: list[Line], fields: list[str], effective: datetime | None) -> None:
    """Every account is open, none is frozen in the direction of its line, the period is open."""
    touchable(lines, fields)
    closed_before = state.tenant()["closed_before"]
    if closed_before is not None and (state.effective(effective) or state.now) < closed_before:
        raise Rejected("period_closed", "effective")


def touchable(lines: list[Line], fields: list[str]) -> None:
    """Every account is open, and none is frozen in the direction of its line.

    A line that a partial reversal passes over touches nothing.
    """
    for (account, amount), field in zip(lines, fields, strict=True):
        if account["closed"] and amount:
            raise Rejected("account_closed", field)
    for (account, amount), field in zip(lines, fields, strict=True):
        direction = "in" if amount * account["sign"] > 0 else "out"
        if account["freeze"] in (direction, "both") and amount:
            raise Rejected("account_frozen", field)


def up_to(state: State, lines: list[Line]) -> list[Line]:
    """As much of two equal lines as both accounts have room for; all of it if there is none."""
    amounts = [abs(amount) for _, amount in lines]
    for account, amount in lines:
        balance = state.balance(account)
        if amount * account["sign"] < 0 and account["minimum"] is not None:
            amounts.append(balance["posted"] - balance["held_out"] - account["minimum"])
        if amount * account["sign"] > 0 and account["maximum"] is not None:
            amounts.append(account["maximum"] - balance["posted"] - balance["held_in"])
    least = min(amounts)
    if least <= 0:
        return lines
    return [(account, least if amount > 0 else -least) for account, amount in lines]


def within_limits(state: State, lines: list[Line], fields: list[str]) -> None:
    """What the whole does to each account keeps its limits, and every balance can be kept."""
    seen: set[str] = set()
    for (account, _), field in zip(lines, fields, strict=True):
        if account["id"] in seen:
            continue
        seen.add(account["id"])
        changes = [amount * account["sign"] for other, amount in lines if other is account]
        within_limits_of(state, account, sum(changes), field)
        in_range(state, account, changes, field)


def within_limits_of(state: State, account: Row, net: int, field: str) -> None:
    """A limit binds only who moves towards it."""
    balance = state.balance(account)
    posted = balance["posted"] + net
    minimum, maximum = account["minimum"], account["maximum"]
    if net < 0 and minimum is not None and posted - balance["held_out"] < minimum:
        raise Rejected("insufficient_funds", field)
    if net > 0 and maximum is not None and posted + balance["held_in"] > maximum:
        raise Rejected("maximum_exceeded", field)


def in_range(state: State, account: Row, changes: list[int], field: str) -> None:
    """Every balance after every line can be kept."""
    posted = state.balance(account)["posted"]
    for change in changes:
        posted += change
        if abs(posted) > LARGEST:
            raise Rejected("balance_out_of_range", field)


def book(
    state: State,
    lines: list[Line],
    *,
    kind: str,
    reference: str,
    effective: datetime | None,
    metadata: dict[str, str],
    reverses: str | None = None,
    capture: Row | None = None,
) -> Row:
    """Write a transaction down. A line of nothing keeps its place in the event, and no more."""
    transaction_id, effective = state.next_id("txn"), state.effective(effective)
    position = state.record(
        "ledger.transaction_posted",
        id=transaction_id,
        postings=tuple((a["id"], str(amount), a["currency"]) for a, amount in lines),
        kind=kind,
        reference=reference,
        effective=effective,
        metadata=metadata,
        reverses=reverses,
        capture=capture,
    )
    taken = int(capture["amount"]) + int(capture["released"]) if capture else 0
    for account, amount in lines:
        inward = amount * account["sign"] > 0
        if amount:
            state.enter(
                position,
                account,
                amount,
                effective=effective or state.now,
                held_in=-taken if inward else 0,
                held_out=0 if inward else -taken,
            )
        if taken and effective is not None and effective != state.now:
            state.unheld.append(
                {
                    "account": account["id"],
                    "event": position,
                    "effective": max(effective, state.holds[(capture or {})["hold"]]["placed"]),
                    "recorded": state.now,
                    "held_in": taken if inward else 0,
                    "held_out": 0 if inward else taken,
                }
            )
    state.refer(reference, position)
    state.transactions[transaction_id] = {
        "tenant": state.asking,
        "lines": lines,
        "reversed": [0] * len(lines),
        "reverses": reverses,
    }
    return {
        "id": transaction_id,
        "kind": kind,
        "postings": tuple(seen(account, amount) for account, amount in lines if amount),
        "reference": reference,
        "effective": effective or state.now,
        "recorded": state.now,
        "metadata": metadata,
        "reverses": reverses,
        "hold": capture["hold"] if capture else None,
    }


def seen(account: Row, amount: int) -> Row:
    """A line as callers see it."""
    return {
        "account": account["id"],
        "side": "debit" if amount > 0 else "credit",
        "amount": str(abs(amount)),
        "currency": account["currency"],
    }
