"""The money of a transfer arrives: what is held for it is posted."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach.transfers import money, types
from culm.rails.ach.transfers.decisions import originating

KIND: Final = {"credit": "ach_credit", "debit": "ach_debit"}
"""The kinds of transactions that settle transfers."""


def settle(unit: Unit, transfer: types.Transfer) -> None:
    """Post what is held for a transfer. What is collected again after a return pays first what the
    account owed since then."""
    ledger.capture_hold(
        unit,
        transfer.hold,
        owner=money.OWNER,
        kind=KIND[transfer.direction],
        reference=transfer.purpose,
        metadata={"transfer": transfer.id, "trace": transfer.trace},
        despite_freeze=True,
    )
    if transfer.kind == "dishonour":
        owed = originating.transfer_of(unit, transfer.original).shortfall
        money.recover(unit, transfer.account, owed, reference=transfer.purpose)
