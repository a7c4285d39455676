"""The money of a transfer arrives: what is held for it is posted."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach import terms
from culm.rails.ach.transfers import events, money, types
from culm.rails.ach.transfers.decisions import originating

KIND: Final = {"reversal": "ach_reversal", "dishonour": "ach_dishonour"}
"""The kinds of transactions that settle entries about others; a payment's is of its direction:
`ach_credit`, `ach_debit`."""


def settle(unit: Unit, batch: str, items: tuple[terms.Item, ...]) -> None:
    """Post what is held for transfers of a batch, and record that they have settled."""
    found = [originating.transfer_of(unit, one.transfer) for one in items]
    for transfer in found:
        _post(unit, transfer)
    unit.record(events.BatchSettled(batch, items))
    for transfer in found:
        if transfer.kind == "reversal":
            unit.record(_reversed(unit, transfer))


def _reversed(unit: Unit, reversal: types.Transfer) -> events.TransferReversed:
    original = originating.transfer_of(unit, reversal.original)
    return events.TransferReversed(original.id, original.purpose, str(original.amount), reversal.id)


def _post(unit: Unit, transfer: types.Transfer) -> None:
    """Post what is held for a transfer. What is collected again after a return pays first what the
    account owed since then."""
    ledger.capture_hold(
        unit,
        transfer.hold,
        owner=money.OWNER,
        kind=KIND.get(transfer.kind) or f"ach_{transfer.direction}",
        reference=transfer.purpose,
        metadata=money.said(unit, transfer),
        despite_freeze=True,
    )
    if transfer.kind == "dishonour" and not originating.is_apart(unit, transfer):
        owed = originating.transfer_of(unit, transfer.original).shortfall
        money.recover(unit, transfer.account, owed, reference=transfer.purpose)
