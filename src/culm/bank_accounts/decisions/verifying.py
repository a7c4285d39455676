"""Verification: two deposits of some cents, whose amounts only the account's holder can tell.

Their amounts stand nowhere but in the rail's transfers, like those of any transfer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from culm.bank_accounts import checks, commands, events, rejections, transitions, types, views
from culm.bank_accounts.decisions import lookup
from culm.bank_accounts.tables import BANK_ACCOUNTS
from culm.book.unit import Unit
from culm.customers import api as customers
from culm.ledger import api as ledger
from culm.rails.ach import api as ach
from culm.timers import api as timers

HOUSE: Final = "expenses:verification:usd"
"""The house account that pays for deposits. They are not asked back."""

DESCRIPTION: Final = "ACCTVERIFY"
"""What the holder reads of them (Nacha Operating Rules 2022, Micro-Entries)."""

SANDBOX_AMOUNTS: Final = (32, 45)
"""What a tenant that tests sends, whatever is asked."""

ROUNDS: Final = 3
"""How often verification may be begun: nine guesses in all, of some 4,900 pairs."""

EXPIRES: Final = timedelta(days=10)
"""How long the amounts can be told: they settle within three banking days, and most statements
show them the day after."""

PENDING: Final = frozenset({"queued", "batched"})
ARRIVED: Final = "settled"


def send_deposits(unit: Unit, command: commands.SendDeposits) -> views.Record:
    """Order the two deposits, and wait for the amounts."""
    checks.amounts(command.amounts)
    account = _beginnable(unit, command.bank_account)
    amounts = SANDBOX_AMOUNTS if ledger.tenant(unit).sandbox else command.amounts
    house = ledger.house_account(unit, HOUSE, "USD")
    transfers = [ach.originate(unit, _order(account, house, amount)) for amount in amounts]
    event = events.DepositsSent(
        id=account.id,
        transfers=tuple(transfers),
        round=account.round + 1,
        expires=timers.now(unit) + EXPIRES,
    )
    unit.record(event)
    return lookup.view(unit, account.id)


def _beginnable(unit: Unit, account_id: str) -> types.BankAccount:
    """The account, if its verification can be begun."""
    account = lookup.present(unit, account_id)
    if account.state == "blocked":
        raise rejections.BankAccountBlocked("bank_account")
    if account.state == "verified":
        raise rejections.BankAccountVerified("bank_account")
    if transitions.after(account.state, "begin") is None:
        raise rejections.VerificationUnderWay("bank_account")
    if account.round >= ROUNDS:
        raise rejections.TooManyVerifications("bank_account")
    customers.usable(unit, account.customer, "bank_account")
    return account


def verify(unit: Unit, command: commands.VerifyBankAccount) -> views.Record:
    """Compare what was told with what was sent; the third wrong answer is the last."""
    checks.amounts(command.amounts)
    account = lookup.present(unit, command.bank_account)
    if account.state == "verified":
        raise rejections.BankAccountVerified("bank_account")
    if account.state != "verifying":
        raise rejections.VerificationNotBegun("bank_account")
    deposits = [ach.transfer(unit, one) for one in account.deposits]
    states = {one.state for one in deposits}
    if states != {ARRIVED}:
        if states & PENDING:
            raise rejections.DepositsPending("bank_account")
        unit.record(events.VerificationFailed(account.id, "returned"))
    elif sorted(command.amounts) == sorted(one.amount for one in deposits):
        unit.record(events.BankAccountVerified(account.id))
    elif account.misses + 1 < views.MAX_MISSES:
        unit.record(events.VerificationMissed(account.id, account.misses + 1))
    else:
        unit.record(events.VerificationFailed(account.id, "answers"))
    return lookup.view(unit, account.id)


def expire(unit: Unit, command: commands.ExpireVerification) -> views.Record:
    """Wait no longer, unless another round was begun since."""
    account = lookup.account(unit, command.bank_account)
    if account.state == "verifying" and account.round == command.round:
        unit.record(events.VerificationFailed(account.id, "expired"))
    return lookup.view(unit, account.id)


def payee(account: types.BankAccount) -> ach.Payee:
    """The account, as the rail takes it."""
    return ach.Payee(
        bank_account=account.id,
        subject=account.subject,
        sealed=account.sealed,
        routing=account.routing,
        kind=account.kind,
    )


def want_deposits(unit: Unit, command: commands.SendDeposits) -> None:
    """Ask for what sending deposits reads."""
    lookup.want_account(unit, command)
    ledger.want_accounts(unit, HOUSE)
    account = unit.peek(BANK_ACCOUNTS, command.bank_account)
    if account is not None:
        ach.want_order(unit, _order(account, HOUSE, 1))


def want_verification(unit: Unit, command: commands.VerifyBankAccount) -> None:
    """Ask for what verification reads."""
    lookup.want_account(unit, command)
    account = unit.peek(BANK_ACCOUNTS, command.bank_account)
    if account is not None:
        ach.want_transfers(unit, *account.deposits)


def _order(account: types.BankAccount, house: str, amount: int) -> ach.Order:
    return ach.Order(
        purpose=account.id,
        direction="credit",
        amount=amount,
        account=house,
        payee=payee(account),
        sec=account.sec,
        description=DESCRIPTION,
    )
