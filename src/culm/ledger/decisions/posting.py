"""Booking transactions: the ledger's main decision, and the rules that every booking obeys."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

from culm.book.unit import Unit
from culm.kernel import errors, money
from culm.ledger import checks, commands, events, rejections, types, views
from culm.ledger.decisions import lookup

Line = tuple[types.Balance, int]
"""A posting, and its account with the balance before the transaction. The amount is signed:
debits are positive."""


def post_transaction(unit: Unit, command: commands.PostTransaction) -> views.Transaction:
    """Book one transaction."""
    return views.transaction(book(unit, command), unit.now)


def book(unit: Unit, command: commands.PostTransaction) -> events.TransactionPosted:
    """Check and record one transaction."""
    check_form(command)
    tenant = lookup.tenant(unit)
    lines = lines_of(unit, command.postings)
    if command.up_to and (len(lines) != 2 or lines[0][0] is lines[1][0]):
        raise rejections.UpToPostings("up_to")
    check_lines(lines)
    effective = lookup.effective(unit, command.effective)
    check_period(tenant, effective or unit.now)
    if command.up_to:
        lines = clamp(lines)
    check_limits(lines)
    return record(
        unit,
        lines,
        kind=command.kind,
        reference=command.reference,
        effective=effective,
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
    return commands.Accepted(code=rejection.code, message=rejection.message, field=rejection.field)


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
        if money.parse_minor(posting.amount) is None:
            raise rejections.AmountInvalid(f"postings[{index}].amount")


def lines_of(unit: Unit, postings: Sequence[commands.Posting]) -> list[Line]:
    """The postings with their accounts."""
    lines: list[Line] = []
    for posting in postings:
        balance = lookup.balance(unit, posting.account)
        if balance is None:
            raise rejections.AccountNotFound(_named(len(lines)))
        amount = int(posting.amount)
        lines.append((balance, amount if posting.side == "debit" else -amount))
    return lines


def check_lines(lines: Sequence[Line]) -> None:
    """What the lines must be among themselves and allowed by their accounts.

    One pass tells whether there is anything to look at more closely; mostly there is not.
    """
    total, currency, plain = 0, lines[0][0].account.currency, True
    for balance, amount in lines:
        account = balance.account
        total += amount
        if account.currency != currency or account.closed or account.freeze != "none":
            plain = False
    if total or not plain:
        check_balanced(lines)
        check_open(lines)
        check_frozen(lines)


def check_balanced(lines: Iterable[Line]) -> None:
    """Debits equal credits in every currency."""
    sums: dict[str, int] = {}
    for balance, amount in lines:
        currency = balance.account.currency
        sums[currency] = sums.get(currency, 0) + amount
    if any(sums.values()):
        raise rejections.Unbalanced("postings")


def check_open(lines: Iterable[Line]) -> None:
    """No account that would move is closed."""
    for index, (balance, amount) in enumerate(lines):
        if balance.account.closed and amount:
            raise rejections.AccountClosed(f"postings[{index}].account")


def check_frozen(lines: Iterable[Line]) -> None:
    """No account is frozen in the direction in which it would move."""
    for index, (balance, amount) in enumerate(lines):
        account = balance.account
        if account.freeze == "none" or amount == 0:
            continue
        direction = "in" if account.sign * amount > 0 else "out"
        if account.freeze in (direction, "both"):
            raise rejections.AccountFrozen(f"postings[{index}].account")


def check_period(tenant: types.Tenant, effective: datetime) -> None:
    """The effective time is not in a closed period."""
    if tenant.closed_before is not None and effective < tenant.closed_before:
        raise rejections.PeriodClosed("effective")


def check_limits(lines: Sequence[Line]) -> None:
    """Every account ends within its limits, judged on what the whole transaction does to it.

    A limit binds only who moves towards it: an account beyond a new limit may come back.
    """
    if len({balance.account.id for balance, _ in lines}) == len(lines):
        for index, (balance, amount) in enumerate(lines):
            check_change(balance, balance.account.sign * amount, index)
        return
    steps: dict[str, list[int]] = {}
    for balance, amount in lines:
        steps.setdefault(balance.account.id, []).append(balance.account.sign * amount)
    for index, (balance, _) in enumerate(lines):
        if changes := steps.pop(balance.account.id, None):
            check_change(balance, sum(changes), index)
            check_steps(balance, changes, index)


def check_steps(balance: types.Balance, changes: Sequence[int], field: int) -> None:
    """Where an account appears several times, its balance after each posting is in range too:
    every one of them is kept in an entry."""
    for posted in itertools.accumulate(changes, initial=balance.posted):
        if abs(posted) > money.MAX_MINOR:
            raise rejections.BalanceOutOfRange(_named(field))


def check_change(balance: types.Balance, change: int, field: int | str) -> None:
    """One account may move by `change` (in its normal sense), beside what is held.

    `field` is what names the account: a field of the command, or the number of a posting.
    """
    account, posted = balance.account, balance.posted + change
    if change < 0:
        if account.minimum is not None and posted - balance.held_out < account.minimum:
            raise rejections.InsufficientFunds(_named(field))
    elif change and account.maximum is not None and posted + balance.held_in > account.maximum:
        raise rejections.MaximumExceeded(_named(field))
    if not -money.MAX_MINOR <= posted <= money.MAX_MINOR:
        raise rejections.BalanceOutOfRange(_named(field))


def _named(field: int | str) -> str:
    return field if isinstance(field, str) else f"postings[{field}].account"


def room(balance: types.Balance, amount: int) -> int | None:
    """How far an account may move in the direction of `amount`; None is without end."""
    account = balance.account
    if account.sign * amount < 0:
        return None if account.minimum is None else balance.available - account.minimum
    if account.maximum is None:
        return None
    return account.maximum - balance.posted - balance.held_in


def clamp(lines: Sequence[Line]) -> list[Line]:
    """As much of two postings as both accounts have room for.

    Where there is none at all, the limits will say so of the full amount.
    """
    most = abs(lines[0][1])
    for balance, amount in lines:
        space = room(balance, amount)
        most = most if space is None else min(most, space)
    if most <= 0:
        return list(lines)
    return [(balance, most if amount > 0 else -most) for balance, amount in lines]


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
        tuple([(line.account.id, str(amount), line.account.currency) for line, amount in lines]),
        kind,
        reference,
        effective,
        metadata,
        reverses,
        capture,
    )
    unit.record(event)
    return event


def want_transaction(unit: Unit, command: commands.PostTransaction) -> None:
    """Ask for what booking a transaction reads."""
    lookup.want_accounts(unit, [posting.account for posting in command.postings])


def want_transactions(unit: Unit, command: commands.PostTransactions) -> None:
    """Ask for what booking a batch reads."""
    named = {posting.account for one in command.transactions for posting in one.postings}
    lookup.want_accounts(unit, named)
