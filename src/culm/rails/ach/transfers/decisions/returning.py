"""What came back: returns, and what becomes of their money; changes that are wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from culm.book.unit import Unit
from culm.rails.ach import reasons, rejections, terms
from culm.rails.ach.transfers import (
    commands,
    dishonours,
    events,
    money,
    return_codes,
    transitions,
    types,
)
from culm.rails.ach.transfers.decisions import dishonouring, originating, settling
from culm.rails.ach.transfers.tables import APART, TRACES, TRANSFERS
from culm.rails.ach.windows import decisions as windows
from culm.timers import api as timers

Outcome = Literal["matched", "unmatched", "known"]

IsOut = Callable[[Unit, types.Transfer], bool]
"""Whether the bank may have a transfer that is in a batch: files know."""

GIVEN_BACK: Final = ("batched", "settled", "dishonoured")
"""States of a reversal by which its money is with the account, or may come there yet."""

CAME_BACK: Final = ("returned", "dishonoured", "contested")


def take_returns(unit: Unit, command: commands.TakeReturns, *, is_out: IsOut) -> commands.Taken:
    """Take in each entry that came back."""
    if not 0 < len(command.returns) <= commands.MAX_ITEMS:
        raise rejections.EntriesInvalid("returns come 1 to 200 at a time", field="returns")
    outcomes = [_take(unit, one, is_out) for one in command.returns]
    return _taken(outcomes)


def _taken(outcomes: list[Outcome]) -> commands.Taken:
    return commands.Taken(
        outcomes.count("matched"), outcomes.count("unmatched"), outcomes.count("known")
    )


def _take(unit: Unit, returned: commands.Returned, is_out: IsOut) -> Outcome:
    if returned.reason in reasons.CONTESTED:
        return _contested(unit, returned, is_out)
    transfer = by_trace(unit, returned.trace)
    if transfer is None or transfer.kind == "dishonour" or returned.reason in reasons.DISHONORED:
        return unmatched(unit, returned, "unknown")
    if transfer.state in CAME_BACK:
        if transfer.return_trace == returned.return_trace:
            return "known"
        return unmatched(unit, returned, "duplicate", transfer)
    if (transfer.amount, transfer.direction) != (returned.amount, returned.direction):
        return unmatched(unit, returned, "amount", transfer)
    if not _was_sent(unit, transfer, is_out):
        return unmatched(unit, returned, "not_sent", transfer)
    if not _withdraw_reversal(unit, transfer):
        return unmatched(unit, returned, "reversed", transfer)
    give_back(unit, transfer, returned)
    dishonouring.dishonour_if_late(unit, transfer.id)
    return "matched"


def _was_sent(unit: Unit, transfer: types.Transfer, is_out: IsOut) -> bool:
    if transfer.state == "batched":
        return is_out(unit, transfer)
    return transitions.after(transfer.state, "return") is not None


def _withdraw_reversal(unit: Unit, transfer: types.Transfer) -> bool:
    """Whether a payment that comes back is not given back by a reversal as well. One that waits for
    its cut-off is withdrawn."""
    reversal = originating.reversal_of(unit, transfer.id)
    if reversal is None:
        return True
    originating.cancel(unit, reversal.id)
    return reversal.state not in GIVEN_BACK


def by_trace(unit: Unit, trace: str) -> types.Transfer | None:
    """The tenant's newest transfer with a trace number."""
    transfer_id = unit.get(TRACES, (unit.origin.tenant, trace))
    return None if transfer_id is None else unit.get(TRANSFERS, transfer_id)


def give_back(unit: Unit, transfer: types.Transfer, returned: commands.Returned) -> None:
    """Move the money of a transfer back, and record that it was returned. What had settled before
    it came back settles first, though we have not heard of that yet: so the order in which the bank
    is read and timers fire makes no difference."""
    settled = transfer.state == "settled"
    if not settled and _had_settled(unit, transfer, returned):
        item = terms.Item(transfer.id, transfer.purpose, str(transfer.amount))
        settling.settle(unit, transfer.batch, (item,))
        settled, transfer = True, originating.transfer_of(unit, transfer.id)
    moved = money.give_back(unit, transfer) if settled else money.release(unit, transfer)
    unit.record(
        events.TransferReturned(
            id=transfer.id,
            purpose=transfer.purpose,
            direction=transfer.direction,
            amount=str(transfer.amount),
            reason=returned.reason,
            returned_on=returned.returned_on,
            return_trace=returned.return_trace,
            settled_before=settled,
            late=_is_late(transfer, returned),
            shortfall=str(moved.shortfall),
            unclaimed=str(moved.unclaimed),
            bank_account=transfer.bank_account,
            kind=transfer.kind,
        )
    )


def _had_settled(unit: Unit, transfer: types.Transfer, returned: commands.Returned) -> bool:
    """Whether a return settled after the entry that it gives back: on a later day, or on the same
    one when the time of that has come."""
    window = windows.window_of(unit, transfer.window)
    if returned.returned_on == window.effective:
        return window.settles <= timers.now(unit)
    return returned.returned_on > window.effective


def _is_late(transfer: types.Transfer, returned: commands.Returned) -> bool:
    if transfer.effective is None:
        return False
    return return_codes.is_late(
        returned.reason, settled_on=transfer.effective, returned_on=returned.returned_on
    )


def _contested(unit: Unit, returned: commands.Returned, is_out: IsOut) -> Outcome:
    """The other bank stands by its return: what we have collected again goes back to it."""
    dishonour = by_trace(unit, returned.dishonour)
    if dishonour is None or dishonour.kind != "dishonour":
        return unmatched(unit, returned, "unknown")
    if dishonour.state in CAME_BACK:
        known = dishonour.return_trace == returned.return_trace
        return "known" if known else unmatched(unit, returned, "duplicate", dishonour)
    if dishonour.amount != returned.amount:
        return unmatched(unit, returned, "amount", dishonour)
    if not _was_sent(unit, dishonour, is_out):
        return unmatched(unit, returned, "not_sent", dishonour)
    give_back(unit, dishonour, returned)
    unit.record(
        events.ReturnContested(
            dishonour.original,
            dishonour.purpose,
            str(dishonour.amount),
            returned.reason,
            originating.is_apart(unit, dishonour),
        )
    )
    return "matched"


def unmatched(
    unit: Unit,
    returned: commands.Returned,
    problem: str,
    transfer: types.Transfer | None = None,
) -> Outcome:
    """Keep the money apart that the bank has moved for what is not known here."""
    if returned.amount:
        money.set_apart(unit, returned.direction, returned.amount, reference=returned.trace)
    unit.record(
        events.ReturnUnmatched(
            problem=problem,
            trace=returned.trace,
            amount=str(returned.amount),
            direction=returned.direction,
            reason=returned.reason,
            returned_on=returned.returned_on,
            return_trace=returned.return_trace,
            transfer="" if transfer is None else transfer.id,
            answerable=_is_answerable(problem, transfer),
        )
    )
    return "unmatched"


def _is_answerable(problem: str, transfer: types.Transfer | None) -> bool:
    """Whether the return may be dishonoured: not a contest, which ends it."""
    if transfer is None or transfer.kind == "dishonour":
        return False
    return problem in dishonours.ANSWERABLE


def take_changes(unit: Unit, command: commands.TakeChanges) -> commands.Taken:
    """Tell whoever keeps the payees' data what is to be corrected."""
    for change in command.changes:
        transfer = originating.transfer_of(unit, change.transfer)
        unit.record(
            events.ChangeNoticed(
                id=transfer.id,
                purpose=transfer.purpose,
                code=change.code,
                subject=transfer.subject,
                sealed=change.sealed,
                bank_account=transfer.bank_account,
            )
        )
    return commands.Taken(len(command.changes), 0, 0)


def want_returns(unit: Unit, command: commands.TakeReturns) -> list[types.Transfer]:
    """Ask for the transfers behind trace numbers, and once they are there, for what is about
    them. Returns those that are there."""
    named = {one.trace for one in command.returns} | {
        one.dishonour for one in command.returns if one.dishonour
    }
    keys = [(unit.origin.tenant, trace) for trace in sorted(named)]
    unit.want(TRACES, keys)
    found = list(filter(None, [unit.peek(TRACES, key) for key in keys]))
    known = list(filter(None, [unit.peek(TRANSFERS, one) for one in found]))
    about = {one.original for one in known} | {one.followed for one in known}
    originating.want_transfers(unit, *found, *filter(None, about))
    dishonouring.want_queueing(unit)
    unit.want(APART, found)
    return known


def want_changes(unit: Unit, command: commands.TakeChanges) -> None:
    """Ask for the transfers that changes are about."""
    originating.want_only(unit, *{one.transfer for one in command.changes})
