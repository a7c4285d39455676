"""Booking transactions: the ledger's main decision, and the rules that every booking obeys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from culm.book.unit import Unit
from culm.kernel import errors, money
from culm.ledger import apply, checks, commands, events, rejections, types, views
from culm.ledger.decisions import lookup


class Line(NamedTuple):
    """A posting with its account in hand. `amount` is signed: debits are positive."""

    account: types.Account
    amount: int


def post_transaction(unit: Unit, command: commands.PostTransaction) -> views.Transaction:
    """Book one transaction."""
    return views.transaction(book(unit, command), unit.now)


def book(unit: Unit, command: commands.PostTransaction) -> events.TransactionPosted:
    """Check and record one transaction."""
    check_form(command)
    tenant = lookup.tenant(unit)
    lines = lines_of(unit, command.postings)
    if command.up_to and len(lines) != 2:
        raise rejections.UpToPostings("up_to")
    check_balanced(lines)
    check_open(lines)
    check_frozen(lines)
    check_period(tenant, command.effective or unit.now)
    if command.up_to:
        lines = clamp(unit, lines)
    check_limits(unit, lines)
    return record(
        unit,
        lines,
        kind=command.kind,
        reference=command.reference,
        effective=command.effective,
        metadata=command.metadata,
    )


def post_transactions(unit: Unit, command: commands.PostTransactions) -> commands.Results:
    """Book a batch: each transaction on its own merits, or all of them or none."""
    if not 1 <= len(command.transactions) <= commands.MAX_BATCH:
        raise rejections.BatchSize("transactions")
    results = []
    for index, transaction in enumerate(command.transactions):
        try:
            results.append(commands.Accepted(id=book(unit, transaction).id))
        except rejections.LedgerRejection as rejection:
            if command.mode == "all":
                within = f".{rejection.field}" if rejection.field else ""
                raise type(rejection)(f"transactions[{index}]{within}") from None
            results.append(refused(rejection))
    return commands.Results(tuple(results))


def refused(rejection: errors.Rejection) -> commands.Accepted:
    """A rejection as the result of one member of a batch."""
    return commands.Accepted(
        code=rejection.code, message=rejection.message, field=rejection.field
    )


def check_form(command: commands.PostTransaction) -> None:
    """What can be judged without any state."""
    if command.kind != "transfer":
        checks.kind(command.kind)
    if command.reference:
        checks.reference(command.reference)
    if command.metadata:
        checks.metadata(command.metadata)
    if command.effective is not None:
        checks.moment(command.effective, "effective")
    if not commands.MIN_POSTINGS <= len(command.postings) <= commands.MAX_POSTINGS:
        raise rejections.PostingsCount("postings")
    for index, posting in enumerate(command.postings):
        if type(posting.amount) is not int or not 0 < posting.amount <= money.MAX_MINOR:
            checks.amount(posting.amount, f"postings[{index}].amount")


def lines_of(unit: Unit, postings: Sequence[commands.Posting]) -> list[Line]:
    """The postings with their accounts."""
    lines = []
    for index, posting in enumerate(postings):
        account = lookup.account(unit, posting.account, f"postings[{index}].account")
        amount = int(posting.amount)
        lines.append(Line(account, amount if posting.side == "debit" else -amount))
    return lines


def check_balanced(lines: Iterable[Line]) -> None:
    """Debits equal credits in every currency."""
    sums: dict[str, int] = {}
    for account, amount in lines:
        sums[account.currency] = sums.get(account.currency, 0) + amount
    if any(sums.values()):
        raise rejections.Unbalanced("postings")


def check_open(lines: Iterable[Line]) -> None:
    """No account is closed."""
    for index, (account, _) in enumerate(lines):
        if account.closed:
            raise rejections.AccountClosed(f"postings[{index}].account")


def check_frozen(lines: Iterable[Line]) -> None:
    """No account is frozen in the direction in which it would move."""
    for index, (account, amount) in enumerate(lines):
        if account.freeze == "none" or amount == 0:
            continue
        direction = "in" if account.sign * amount > 0 else "out"
        if account.freeze in (direction, "both"):
            raise rejections.AccountFrozen(f"postings[{index}].account")


def check_period(tenant: types.Tenant, effective: datetime) -> None:
    """The effective time is not in a closed period."""
    if tenant.closed_before is not None and effective < tenant.closed_before:
        raise rejections.PeriodClosed("effective")


def check_limits(unit: Unit, lines: Sequence[Line]) -> None:
    """Every account ends within its limits, judged on what the whole transaction does to it.

    A limit binds only who moves towards it: an account beyond a new limit may come back.
    """
    changes: dict[str, tuple[int, types.Account, int]] = {}
    for index, (account, amount) in enumerate(lines):
        first, _, change = changes.get(account.id, (index, account, 0))
        changes[account.id] = (first, account, change + account.sign * amount)
    for index, account, change in changes.values():
        balance = apply.balance_of(unit, account.id)
        check_change(account, balance, change, f"postings[{index}].account")


def check_change(
    account: types.Account, balance: types.Balance, change: int, field: str
) -> None:
    """One account may move by `change` (in its normal sense), beside what is held."""
    posted = balance.posted + change
    if change < 0:
        if account.minimum is not None and posted - balance.held_out < account.minimum:
            raise rejections.InsufficientFunds(field)
    elif change and account.maximum is not None and posted + balance.held_in > account.maximum:
        raise rejections.MaximumExceeded(field)
    if not -money.MAX_MINOR <= posted <= money.MAX_MINOR:
        raise rejections.BalanceOutOfRange(field)


def room(account: types.Account, balance: types.Balance, amount: int) -> int | None:
    """How far an account may move in the direction of `amount`; None is without end."""
    if account.sign * amount < 0:
        return None if account.minimum is None else balance.available - account.minimum
    if account.maximum is None:
        return None
    return account.maximum - balance.posted - balance.held_in


def clamp(unit: Unit, lines: Sequence[Line]) -> list[Line]:
    """As much of two postings as both accounts have room for.

    Where there is none at all, the limits will say so of the full amount.
    """
    most = abs(lines[0].amount)
    for account, amount in lines:
        space = room(account, apply.balance_of(unit, account.id), amount)
        most = most if space is None else min(most, space)
    if most <= 0:
        return list(lines)
    return [Line(account, most if amount > 0 else -most) for account, amount in lines]


def record(
    unit: Unit,
    lines: Iterable[Line],
    *,
    kind: str,
    reference: str,
    effective: datetime | None,
    metadata: dict[str, str],
    reverses: str | None = None,
    capture: events.Capture | None = None,
) -> events.TransactionPosted:
    """Record a transaction that every check has let pass."""
    event = events.TransactionPosted(
        unit.new_id("txn"),
        tuple([(account.id, str(amount), account.currency) for account, amount in lines]),
        kind,
        reference,
        effective,
        metadata,
        reverses,
        capture,
    )
    unit.record(event)
    return event


def keys_of_transaction(unit: Unit, command: commands.PostTransaction) -> lookup.Keys:
    """The state that booking a transaction reads."""
    yield from lookup.tenant_keys(unit.origin.tenant)
    yield from lookup.account_keys(unit.origin.tenant, (p.account for p in command.postings))


def keys_of_transactions(unit: Unit, command: commands.PostTransactions) -> lookup.Keys:
    """The state that booking a batch reads."""
    yield from lookup.tenant_keys(unit.origin.tenant)
    named = {p.account for t in command.transactions for p in t.postings}
    yield from lookup.account_keys(unit.origin.tenant, named)
