"""Where the money of a transfer is: which ledger accounts its hold is between."""

from __future__ import annotations

from typing import Final, NamedTuple

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach.transfers import types

CURRENCY: Final = "USD"

BANK: Final = "assets:bank:ach:usd"
"""Our settlement account at the ODFI."""

OWED: Final = "assets:receivables:returns:usd"
"""What is owed to us after returns that accounts could not cover."""

SUSPENSE: Final = "liabilities:suspense:usd"
"""Money that belongs to somebody who is not known, or cannot take it."""

OWNER: Final = "rails.ach"
"""Of the holds that this rail places."""

HOUSE: Final = (BANK, OWED, SUSPENSE)


def house(unit: Unit, code: str) -> str:
    """The id of an account of the house's own."""
    return ledger.house_account(unit, code, CURRENCY)


RETURNED: Final = {
    "payment": "ach_return",
    "reversal": "ach_reversal_return",
    "dishonour": "ach_dishonour_return",
}
"""The kinds of transactions that undo what has settled, by the kind of the transfer."""


def hold(unit: Unit, order: types.Order, *, account: str) -> str:
    """Reserve what a transfer will move: a credit pays from the account, a debit into it."""
    bank = house(unit, BANK)
    debit, credit = (account, bank) if order.direction == "credit" else (bank, account)
    return ledger.place_hold(
        unit,
        debit=debit,
        credit=credit,
        amount=order.amount,
        owner=OWNER,
        reference=order.purpose,
        metadata=order.metadata,
    )


def said(unit: Unit, transfer: types.Transfer) -> dict[str, str]:
    """What stands with the money of a transfer: what was said when it was ordered, its trace."""
    ordered = ledger.hold(unit, transfer.hold).metadata
    return {**ordered, "transfer": transfer.id, "trace": transfer.trace}


class Moved(NamedTuple):
    """Of an amount that was moved back: what the account could not give, or not take."""

    shortfall: int = 0
    unclaimed: int = 0


def release(unit: Unit, transfer: types.Transfer) -> Moved:
    """Give back what is held for a transfer that has not settled."""
    ledger.release_hold(unit, transfer.hold, owner=OWNER)
    return Moved()


def give_back(unit: Unit, transfer: types.Transfer) -> Moved:
    """Undo the settlement of a transfer: whatever our accounts allow, the bank has done it."""
    if transfer.direction == "credit":
        return _credit_back(unit, transfer)
    return _debit_back(unit, transfer)


def _credit_back(unit: Unit, transfer: types.Transfer) -> Moved:
    """What we have paid comes back to the account, or is set apart where that takes nothing."""
    account = taking(unit, transfer.account, transfer.amount)
    _post(unit, transfer, {house(unit, BANK): transfer.amount, account: -transfer.amount})
    return Moved(unclaimed=0 if account == transfer.account else transfer.amount)


def _debit_back(unit: Unit, transfer: types.Transfer) -> Moved:
    """What we have collected is taken from the account as far as it goes; the rest is owed."""
    given = min(transfer.amount, room(unit, transfer.account, transfer.amount))
    short = transfer.amount - given
    lines = {house(unit, BANK): -transfer.amount}
    if given:
        lines[transfer.account] = given
    if short:
        lines[house(unit, OWED)] = short
    _post(unit, transfer, lines)
    return Moved(shortfall=short)


def room(unit: Unit, account_id: str, amount: int) -> int:
    """How much of an amount can be taken from an account, frozen or not."""
    balance = ledger.balance(unit, account_id)
    if balance.account.closed:
        return 0
    if balance.account.minimum is None:
        return amount
    return max(0, balance.available - balance.account.minimum)


def taking(unit: Unit, account_id: str, amount: int) -> str:
    """The account, if it can take an amount, frozen or not; else where it is set apart."""
    balance = ledger.balance(unit, account_id)
    most = balance.account.maximum
    full = most is not None and balance.posted + balance.held_in + amount > most
    return house(unit, SUSPENSE) if balance.account.closed or full else account_id


def pending(unit: Unit, account_id: str, amount: int) -> str:
    """The account, if an amount may be on its way into it; else where it is set apart."""
    frozen = ledger.balance(unit, account_id).account.freeze in ("in", "both")
    return house(unit, SUSPENSE) if frozen else taking(unit, account_id, amount)


def set_apart(unit: Unit, direction: str, amount: int, *, reference: str) -> None:
    """Keep apart what the bank has moved for a return that is not known here: it gives back a
    credit, and takes back a debit."""
    signed = amount if direction == "credit" else -amount
    lines = [(house(unit, BANK), signed), (house(unit, SUSPENSE), -signed)]
    ledger.post(unit, lines, kind="ach_unmatched", reference=reference, despite_freeze=True)


def recover(unit: Unit, account: str, amount: int, *, reference: str) -> int:
    """Pay from an account, as far as it goes, what is owed to us since a return; how much."""
    paid = min(amount, room(unit, account, amount))
    if paid:
        lines = [(account, paid), (house(unit, OWED), -paid)]
        ledger.post(unit, lines, kind="ach_recovery", reference=reference, despite_freeze=True)
    return paid


def _post(unit: Unit, transfer: types.Transfer, lines: dict[str, int]) -> None:
    ledger.post(
        unit,
        list(lines.items()),
        kind=RETURNED[transfer.kind],
        reference=transfer.purpose,
        metadata=said(unit, transfer),
        despite_freeze=True,
    )
