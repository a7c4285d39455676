"""The door of bank accounts for the contexts above them: helpers on a unit, for decisions."""

from __future__ import annotations

from typing import Final

from culm.bank_accounts import checks, rejections, types
from culm.bank_accounts.decisions import lookup, verifying

BankAccount = types.BankAccount
Direction = types.Direction

BankAccountNotFound = rejections.BankAccountNotFound
USABLE: Final = (
    rejections.BankAccountNotFound,
    rejections.BankAccountRemoved,
    rejections.BankAccountBlocked,
    rejections.BankAccountNotVerified,
)
"""What `usable` raises beside the rejections of its customer, for the declarations of routes."""

account: Final = lookup.account
usable: Final = lookup.usable
payee: Final = verifying.payee
want_bank_accounts: Final = lookup.want_accounts


def check_outside(*, routing: str, account: str, holder_name: str) -> None:
    """Refuse what cannot be a bank account. Raises `RoutingNumberInvalid`, `AccountNumberInvalid`,
    `HolderNameInvalid`."""
    checks.routing(routing)
    checks.account(account)
    checks.holder(holder_name)
