"""Finding what a command names: the tenant's bank account, and whether it may be used."""

from __future__ import annotations

from typing import Protocol

from culm.bank_accounts import rejections, transitions, types, views
from culm.bank_accounts.tables import BANK_ACCOUNTS
from culm.book.unit import Unit
from culm.customers import api as customers
from culm.ledger import api as ledger
from culm.timers import api as timers


class OfAccount(Protocol):
    """A command that names a bank account."""

    @property
    def bank_account(self) -> str:
        """The account's id."""


def account(unit: Unit, account_id: str, field: str = "bank_account") -> types.BankAccount:
    """One of the tenant's bank accounts. Raises `BankAccountNotFound`."""
    found = unit.get(BANK_ACCOUNTS, account_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.BankAccountNotFound(field)
    return found


def usable(
    unit: Unit, account_id: str, *, direction: types.Direction, field: str = "bank_account"
) -> types.BankAccount:
    """One of the tenant's bank accounts that may be paid to (`credit`), or collected from
    (`debit`).

    Raises `BankAccountNotFound`, `BankAccountRemoved`, `BankAccountBlocked`,
    `BankAccountNotVerified`, and those of a customer who may take part in nothing new.
    """
    found = present(unit, account_id, field)
    if found.state == "blocked":
        raise rejections.BankAccountBlocked(field)
    allowed = transitions.PAYABLE if direction == "credit" else transitions.COLLECTABLE
    if found.state not in allowed:
        raise rejections.BankAccountNotVerified(field)
    customers.usable(unit, found.customer, field)
    return found


def present(unit: Unit, account_id: str, field: str = "bank_account") -> types.BankAccount:
    """One of the tenant's bank accounts that is not removed. Raises `BankAccountRemoved` too."""
    found = account(unit, account_id, field)
    if found.state == "removed":
        raise rejections.BankAccountRemoved(field)
    return found


def view(unit: Unit, account_id: str) -> views.Record:
    """An account, as commands answer it."""
    return views.record(account(unit, account_id))


def want_accounts(unit: Unit, *account_ids: str) -> None:
    """Ask for bank accounts, and once they are there for their customers."""
    ledger.want_accounts(unit)
    timers.want_clock(unit)
    unit.want(BANK_ACCOUNTS, account_ids)
    known = [unit.peek(BANK_ACCOUNTS, one) for one in account_ids]
    customers.want_customers(unit, *{one.customer for one in known if one is not None})


def want_account(unit: Unit, command: OfAccount) -> None:
    """Ask for the account that a command names, and the timer that ends its verification."""
    want_accounts(unit, command.bank_account)
    timers.want_timers(unit, timers.timer_id(command.bank_account, "expiry"))
