"""Bodies of requests about bank accounts. Numbers and names are in clear here, and go no further
than to their sealing."""

from __future__ import annotations

from typing import Annotated

from culm.bank_accounts import checks, commands, types
from culm.ledger import commands as ledger


class NewBankAccount(commands.Command, frozen=True):
    """A customer's account at a bank: its routing number, its own number, and whose it is."""

    customer: str
    routing: commands.Routing
    account: Annotated[str, commands.described(pattern=r"^\d{4,17}$")]
    holder_name: Annotated[str, commands.described(minLength=1, maxLength=checks.MAX_NAME)]
    kind: types.Kind = "checking"


class DepositAmounts(commands.Command, frozen=True):
    """The amounts of both micro-deposits in cents, in any order."""

    amounts: Annotated[tuple[ledger.Amount, ...], commands.described(minItems=2, maxItems=2)]


class OfBankAccount(commands.Command, frozen=True):
    """A bank account that is all that was said, as its key remembers it."""

    bank_account: str
