"""What we do about transfers that are behind us: late returns are dishonoured, and payments that
were sent in error reversed. Both are entries of their own that leave with the next cut-off."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach import calendar
from culm.rails.ach.odfi import decisions as odfi
from culm.rails.ach.transfers import (
    commands,
    events,
    money,
    rejections,
    return_codes,
    types,
    views,
)
from culm.rails.ach.transfers.decisions import originating
from culm.rails.ach.windows import cutoffs
from culm.rails.ach.windows import decisions as windows
from culm.timers import api as timers

REVERSAL: Final = "REVERSAL"
"""What the payee reads of a reversal, in capitals (Nacha Operating Rules, Subsection 2.10.1)."""

REVERSAL_DAYS: Final = 5
"""Banking days after the settlement of an entry within which its reversal is to be with the other
bank (Subsection 2.10.1). It is there when it settles, at the latest."""


def dishonour_if_late(unit: Unit, transfer_id: str) -> None:
    """Refuse the return of a debit that came after its time.

    Nobody is worse off by a credit that comes back late, so that is not dishonoured: the Rules ask
    that the originator's side has lost by it (Nacha Operating Rules, Subsection 2.13.6.1).
    """
    transfer = originating.transfer_of(unit, transfer_id)
    if transfer.direction != "debit" or not transfer.late or transfer.returned_on is None:
        return
    following = cutoffs.next_cutoff(odfi.terms_of(unit), "standard", timers.now(unit))
    if following is None:
        return
    leaves_on = calendar.day_of(following.closes)
    if not return_codes.may_dishonour(returned_on=transfer.returned_on, leaves_on=leaves_on):
        return
    dishonour = _queue(unit, transfer, kind="dishonour", description=transfer.description)
    unit.record(
        events.ReturnDishonoured(
            id=transfer.id,
            purpose=transfer.purpose,
            amount=str(transfer.amount),
            reason=return_codes.UNTIMELY,
            dishonour=dishonour,
        )
    )


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
    reversal = _queue(unit, transfer, kind="reversal", description=REVERSAL)
    return views.transfer(originating.transfer_of(unit, reversal))


def _queue(unit: Unit, about: types.Transfer, *, kind: types.Kind, description: str) -> str:
    """An entry about another one, with its amount and its payee: a dishonour goes the way of what
    came back, a reversal the other way. What is collected may come to where it does no harm; what
    is paid is paid by the account itself."""
    same = about.direction == "debit"
    collects = same if kind == "dishonour" else not same
    order = types.Order(
        purpose=about.purpose,
        direction="debit" if collects else "credit",
        amount=about.amount,
        account=about.account,
        payee=types.Payee(
            bank_account=about.bank_account,
            subject=about.subject,
            sealed=about.sealed,
            routing=about.routing,
            kind=about.account_kind,
        ),
        sec=about.sec,
        description=description,
        identification=about.identification,
        recurring=about.recurring,
        metadata=ledger.hold(unit, about.hold).metadata,
    )
    account = money.pending(unit, about.account, about.amount) if collects else about.account
    terms = odfi.terms_of(unit)
    return originating.queue(
        unit, order, account=account, terms=terms, kind=kind, original=about.id
    )


def want_reversal(unit: Unit, command: commands.ReverseTransfer) -> None:
    """Ask for what a reversal reads."""
    originating.want_transfers(unit, command.transfer)
    want_dishonours(unit)


def want_dishonours(unit: Unit) -> None:
    """Ask for what queueing reads."""
    odfi.want_terms(unit)
    windows.want_current(unit, "standard")
    ledger.want_accounts(unit, *money.HOUSE)
