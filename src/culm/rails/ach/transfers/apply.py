"""What facts do to transfers. The money moves by the ledger's own facts, beside these."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import ids
from culm.rails.ach.transfers import events, transitions, types
from culm.rails.ach.transfers.tables import APART, DISHONOURS, TRANSFERS
from culm.rails.ach.windows import apply as windows
from culm.timers import api as timers


def transfer_queued(unit: Unit, event: events.TransferQueued, _position: int) -> None:
    """Keep the transfer, and let it wait in its window."""
    transfer = types.Transfer(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        state="queued",
        kind=event.kind,
        original=event.original,
        purpose=event.purpose,
        direction=event.direction,
        amount=int(event.amount),
        account=event.account,
        hold=event.hold,
        bank_account=event.bank_account,
        subject=event.subject,
        sealed=event.sealed,
        routing=event.routing,
        account_kind=event.account_kind,
        sec=event.sec,
        description=event.description,
        identification=event.identification,
        recurring=event.recurring,
        window=event.window,
        ordered=timers.now(unit),
    )
    unit.put(TRANSFERS, transfer.id, transfer)
    original = unit.get(TRANSFERS, event.original) if event.original else None
    if original is not None and not _beside(original, event):
        followed = msgspec.structs.replace(original, followed=event.id)
        unit.put(TRANSFERS, original.id, followed)
    windows.wait(unit, transfer.window, 1)


def _beside(original: types.Transfer, event: events.TransferQueued) -> bool:
    """Whether it dishonours a return by which the original did not come back: what followed that
    stays its reversal."""
    return event.kind == "dishonour" and original.state != "returned"


def transfer_cancelled(unit: Unit, event: events.TransferCancelled, _position: int) -> None:
    """Take the transfer out of its window."""
    transfer = happen(unit, event.id, "cancel")
    windows.wait(unit, transfer.window, -1)


def transfer_reversed(unit: Unit, event: events.TransferReversed, _position: int) -> None:
    """Changes nothing here: that its reversal has settled is known. It is told for those who
    ordered the payment."""


def transfer_returned(unit: Unit, event: events.TransferReturned, _position: int) -> None:
    """It has come back."""
    happen(
        unit,
        event.id,
        "return",
        reason=event.reason,
        late=event.late,
        return_trace=event.return_trace,
        returned_on=event.returned_on,
        shortfall=int(event.shortfall),
        unclaimed=int(event.unclaimed),
    )


def return_dishonoured(unit: Unit, event: events.ReturnDishonoured, _position: int) -> None:
    """Its return was not accepted, or one whose money was set apart."""
    if event.returned_on is not None:
        dishonour = types.Dishonour(
            id=event.dishonour,
            number=ids.number_of(event.dishonour),
            code=event.reason,
            information=event.information,
            returned_on=event.returned_on,
            return_trace=event.return_trace,
            return_reason=event.return_reason,
            apart=event.apart,
        )
        unit.put(DISHONOURS, dishonour.id, dishonour)
    if not event.apart:
        happen(unit, event.id, "dishonour")
    elif apart := unit.get(APART, event.id):
        answered = msgspec.structs.replace(apart, dishonour=event.dishonour)
        unit.put(APART, event.id, answered)


def return_contested(unit: Unit, event: events.ReturnContested, _position: int) -> None:
    """The other bank stands by its return."""
    if not event.apart:
        happen(unit, event.id, "contest")


def change_noticed(unit: Unit, event: events.ChangeNoticed, _position: int) -> None:
    """Keep what the other bank wants corrected, sealed as it is: the newest of what it says."""
    transfer = unit.get(TRANSFERS, event.id)
    if transfer is None:
        raise LookupError(f"the event at {unit.position - 1} cannot be of {event.id}")
    noticed = msgspec.structs.replace(transfer, change=event.code, corrected=event.sealed)
    unit.put(TRANSFERS, transfer.id, noticed)


def return_unmatched(unit: Unit, event: events.ReturnUnmatched, _position: int) -> None:
    """Its money is kept apart by the ledger's own fact. What can be dishonoured is kept here."""
    if not event.answerable:
        return
    apart = types.Apart(
        id=event.transfer,
        number=ids.number_of(event.transfer),
        problem=event.problem,
        amount=int(event.amount),
        direction=event.direction,
        reason=event.reason,
        returned_on=event.returned_on,
        return_trace=event.return_trace,
    )
    unit.put(APART, apart.id, apart)


def happen(
    unit: Unit, transfer_id: str, happening: transitions.Happening, **changes: Any
) -> types.Transfer:
    """For the facts of the rail: what has happened to a transfer, by the transition table."""
    transfer = unit.get(TRANSFERS, transfer_id)
    state = None if transfer is None else transitions.after(transfer.state, happening)
    if transfer is None or state is None:
        raise LookupError(f"the event at {unit.position - 1} cannot be of {transfer_id}")
    transfer = msgspec.structs.replace(transfer, state=state, **changes)
    unit.put(TRANSFERS, transfer_id, transfer)
    return transfer


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.TransferQueued: transfer_queued,
    events.TransferCancelled: transfer_cancelled,
    events.TransferReversed: transfer_reversed,
    events.TransferReturned: transfer_returned,
    events.ReturnDishonoured: return_dishonoured,
    events.ReturnContested: return_contested,
    events.ChangeNoticed: change_noticed,
    events.ReturnUnmatched: return_unmatched,
}
