"""Returns that we do not accept: late ones by ourselves, others when somebody says why. A dishonour
is an entry of its own that leaves with the next cut-off."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach import calendar
from culm.rails.ach.odfi import decisions as odfi
from culm.rails.ach.transfers import (
    commands,
    dishonours,
    events,
    money,
    rejections,
    return_codes,
    types,
    views,
)
from culm.rails.ach.transfers.decisions import originating
from culm.rails.ach.transfers.tables import APART
from culm.rails.ach.windows import cutoffs
from culm.rails.ach.windows import decisions as windows
from culm.timers import api as timers


def dishonour_if_late(unit: Unit, transfer_id: str) -> None:
    """Refuse the return of a debit that came after its time.

    Hardly anybody is worse off by a credit that comes back late, so whoever is has to say so: the
    Rules ask that the originator's side has lost by it (Nacha Operating Rules, Subsection
    2.13.6.1).
    """
    transfer = originating.transfer_of(unit, transfer_id)
    came = dishonours.came_back(transfer)
    if came is None or transfer.direction != "debit" or not transfer.late:
        return
    if _is_in_time(unit, came):
        _dishonour(unit, transfer, came, return_codes.UNTIMELY)


def dishonour_return(unit: Unit, command: commands.DishonourReturn) -> views.AchTransfer:
    """Refuse a return for the reason that is given: the one that was set apart, where the code is
    about what is the matter with that, else the one by which the transfer came back.

    Raises the rejections of a hold where a returned credit is to be paid again from an account that
    has not got it.
    """
    _check_wrong(command)
    transfer = originating.transfer_of(unit, command.transfer)
    came = _meant(unit, transfer, command.code)
    if not _is_in_time(unit, came):
        raise rejections.DishonourTooLate(
            "a return is dishonoured within five banking days", field="transfer"
        )
    information = dishonours.information(command.wrong)
    dishonour = _dishonour(unit, transfer, came, command.code, information)
    return views.transfer(originating.transfer_of(unit, dishonour))


def _check_wrong(command: commands.DishonourReturn) -> None:
    wrong = command.wrong
    if bool(wrong) != (command.code == "R69") or len(set(wrong)) < len(wrong):
        raise rejections.DishonourInvalid("R69 names what is wrong, each once", field="wrong")


def _meant(unit: Unit, transfer: types.Transfer, code: str) -> dishonours.Came:
    """The return that somebody means who gives a code."""
    aside = unit.get(APART, transfer.id)
    apart, came = dishonours.set_apart(aside), dishonours.came_back(transfer)
    if apart is None and came is None:
        raise rejections.NotReturned("there is no return to answer", field="transfer")
    if apart is not None and aside is not None and aside.problem == dishonours.APART.get(code):
        return apart
    if came is not None and dishonours.fits(code, transfer):
        return came
    raise rejections.NotDishonourable("the code does not fit what came back", field="code")


def _is_in_time(unit: Unit, came: dishonours.Came) -> bool:
    """Whether what leaves with the next cut-off is in time."""
    following = cutoffs.next_cutoff(odfi.terms_of(unit), "standard", timers.now(unit))
    if following is None:
        return False
    leaves_on = calendar.day_of(following.closes)
    return return_codes.may_dishonour(returned_on=came.returned_on, leaves_on=leaves_on)


def _dishonour(
    unit: Unit, transfer: types.Transfer, came: dishonours.Came, code: str, information: str = ""
) -> str:
    """Queue the transfer that says so. Returns its id."""
    dishonour = originating.follow(
        unit,
        transfer,
        kind="dishonour",
        direction=came.direction,
        amount=came.amount,
        account=_account(unit, transfer, came),
        description=transfer.description,
    )
    unit.record(
        events.ReturnDishonoured(
            id=transfer.id,
            purpose=transfer.purpose,
            amount=str(came.amount),
            reason=code,
            dishonour=dishonour,
            information=information,
            returned_on=came.returned_on,
            return_trace=came.return_trace,
            return_reason=came.reason,
            apart=came.apart,
        )
    )
    return dishonour


def _account(unit: Unit, transfer: types.Transfer, came: dishonours.Came) -> str:
    """Where the money of a dishonour comes from, or goes to: where the return has put it."""
    if came.apart or (came.direction == "credit" and transfer.unclaimed):
        return money.house(unit, money.SUSPENSE)
    if came.direction == "credit":
        return transfer.account
    return money.pending(unit, transfer.account, came.amount)


def want_dishonour(unit: Unit, command: commands.DishonourReturn) -> None:
    """Ask for what a dishonour reads."""
    originating.want_transfers(unit, command.transfer)
    unit.want(APART, [command.transfer])
    want_queueing(unit)


def want_queueing(unit: Unit) -> None:
    """Ask for what queueing an entry about another one reads."""
    odfi.want_terms(unit)
    windows.want_current(unit, "standard")
    ledger.want_accounts(unit, *money.HOUSE)
