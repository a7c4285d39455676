"""Payments that were made in error are reversed, by an entry of their own that leaves with the next
cut-off."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.rails.ach import calendar
from culm.rails.ach.odfi import decisions as odfi
from culm.rails.ach.transfers import commands, money, rejections, types, views
from culm.rails.ach.transfers.decisions import dishonouring, originating
from culm.rails.ach.windows import decisions as windows

REVERSAL: Final = "REVERSAL"
"""What the payee reads of a reversal, in capitals (Nacha Operating Rules, Subsection 2.10.1)."""

REVERSAL_DAYS: Final = 5
"""Banking days after the settlement of an entry within which its reversal is to be with the other
bank (Subsection 2.10.1). It is there when it settles, at the latest."""


def reverse_transfer(unit: Unit, command: commands.ReverseTransfer) -> views.AchTransfer:
    """Undo a payment that has settled: a credit is collected back, and pending on the account that
    paid; a debit is paid back, and held on the account that it was for, which has to have it.

    Raises the rejections of a hold where that account has not.
    """
    transfer = originating.transfer_of(unit, command.transfer)
    if transfer.kind != "payment":
        raise rejections.NotReversible("only a payment is reversed", field="transfer")
    if transfer.state != "settled" or transfer.effective is None:
        raise rejections.NotSettled("the payment has not settled", field="transfer")
    if transfer.followed:
        raise rejections.AlreadyReversed("the payment was reversed before", field="transfer")
    window = windows.current(unit, odfi.terms_of(unit), "standard")
    if calendar.days_between(transfer.effective, window.effective) > REVERSAL_DAYS:
        raise rejections.ReversalTooLate("a payment is reversed within 5 days", field="transfer")
    reversal = originating.follow(
        unit,
        transfer,
        kind="reversal",
        direction="credit" if transfer.direction == "debit" else "debit",
        amount=transfer.amount,
        account=_account(unit, transfer),
        description=REVERSAL,
    )
    return views.transfer(originating.transfer_of(unit, reversal))


def _account(unit: Unit, reversed_: types.Transfer) -> str:
    """What is collected back may come to where it does no harm; what is paid back is paid by the
    account that has got it."""
    if reversed_.direction == "debit":
        return reversed_.account
    return money.pending(unit, reversed_.account, reversed_.amount)


def want_reversal(unit: Unit, command: commands.ReverseTransfer) -> None:
    """Ask for what a reversal reads."""
    originating.want_transfers(unit, command.transfer)
    dishonouring.want_queueing(unit)
