"""Where the money of a transfer is: which ledger accounts its hold is between."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger

CURRENCY: Final = "USD"

BANK: Final = "assets:bank:ach:usd"
"""Our settlement account at the ODFI."""

OWED: Final = "assets:receivables:returns:usd"
"""What is owed to us after returns that accounts could not cover."""

SUSPENSE: Final = "liabilities:suspense:usd"
"""Money that belongs to somebody who is not known, or cannot take it."""

HOUSE: Final = (BANK, OWED, SUSPENSE)


def house(unit: Unit, code: str) -> str:
    """The id of an account of the house's own."""
    return ledger.house_account(unit, code, CURRENCY)


def hold(unit: Unit, *, direction: str, account: str, amount: int, reference: str) -> str:
    """Reserve what a transfer will move: a credit pays from the account, a debit into it."""
    bank = house(unit, BANK)
    debit, credit = (account, bank) if direction == "credit" else (bank, account)
    return ledger.place_hold(unit, debit=debit, credit=credit, amount=amount, reference=reference)
