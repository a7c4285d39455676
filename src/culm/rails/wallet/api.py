"""The door of the instant rail: helpers on a unit, for the decisions of payments."""

from __future__ import annotations

from typing import Final

import msgspec

from culm.book.unit import Unit
from culm.ledger import api as ledger

NAME: Final = "wallet"

OWNER: Final = "rails.wallet"
"""Of the holds that this rail places."""


class Order(msgspec.Struct, frozen=True, gc=False):
    """An amount of minor units on its way from one account of the ledger, which is debited, to
    another, which is credited. `purpose` is what it is for, as in `pay_...`, `kind` what its
    transactions are called, and `description` what both sides may read of it."""

    purpose: str
    amount: int
    giver: str
    receiver: str
    kind: str
    description: str = ""


def originate(unit: Unit, order: Order) -> str:
    """Move the money now. Returns the transaction's id. Raises the rejections of a transaction."""
    lines = ((order.giver, order.amount), (order.receiver, -order.amount))
    return ledger.post(
        unit, lines, kind=order.kind, reference=order.purpose, metadata=_said(order.description)
    )


def reserve(unit: Unit, order: Order) -> str:
    """Keep the money ready for a later `settle`. Returns the hold's id, which is the transfer's.

    Raises the rejections of a hold.
    """
    return ledger.place_hold(
        unit,
        debit=order.giver,
        credit=order.receiver,
        amount=order.amount,
        owner=OWNER,
        reference=order.purpose,
    )


def settle(unit: Unit, transfer: str, *, order: Order, last: bool) -> str:
    """Move what the order says out of what is reserved; with `last`, the rest is given back.
    Returns the transaction's id. Raises the rejections of a capture."""
    return ledger.capture_hold(
        unit,
        transfer,
        owner=OWNER,
        amount=order.amount,
        release_rest=last,
        kind=order.kind,
        reference=order.purpose,
        metadata=_said(order.description),
    )


def cancel(unit: Unit, transfer: str) -> bool:
    """Give back what is still reserved; whether anything was."""
    if ledger.hold(unit, transfer).state != "open":
        return False
    ledger.release_hold(unit, transfer, owner=OWNER)
    return True


def want_order(unit: Unit, order: Order) -> None:
    """Ask for what an order reads."""
    ledger.want_accounts(unit, order.giver, order.receiver)


def want_transfers(unit: Unit, *transfers: str) -> None:
    """Ask for what is reserved, before a decision uses it."""
    ledger.want_holds(unit, *transfers)


def _said(description: str) -> dict[str, str]:
    return {"description": description} if description else {}
