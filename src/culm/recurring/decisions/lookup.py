"""Finding what a command names, and asking for what it reads."""

from __future__ import annotations

from typing import Protocol

from culm.bank_accounts import api as bank_accounts
from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import api as payments
from culm.recurring import commands, rejections, transitions, types
from culm.recurring.apply import found
from culm.recurring.tables import MANDATES, RUNS, SCHEDULES
from culm.timers import api as timers
from culm.wallets import api as wallets


class OfSchedule(Protocol):
    """A command that names a schedule."""

    @property
    def schedule(self) -> str:
        """The schedule's id."""


def schedule(unit: Unit, schedule_id: str) -> types.Schedule:
    """One of the tenant's schedules. Raises `ScheduleNotFound`."""
    known = unit.get(SCHEDULES, schedule_id)
    if known is None or known.tenant != unit.origin.tenant:
        raise rejections.ScheduleNotFound("payment_schedule")
    return known


def run(unit: Unit, run_id: str) -> types.Run:
    """One of the tenant's runs. Raises `RunNotFound`."""
    known = unit.get(RUNS, run_id)
    if known is None or known.tenant != unit.origin.tenant:
        raise rejections.RunNotFound("run")
    return known


def require(known: types.Schedule, happening: transitions.Happening) -> None:
    """Refuse what cannot happen to a schedule as it is, with `ScheduleState`."""
    if (known.state, happening) not in transitions.TABLE:
        raise rejections.ScheduleState("payment_schedule")


def require_parties(unit: Unit, new: payments.New) -> None:
    """Refuse a payment between those that there are not: `WalletNotFound`, `BankAccountNotFound`;
    or by a price that there is not, `FeeScheduleNotFound`. How they stand is asked when it is paid.
    """
    for field, party in (("source", new.source), ("destination", new.destination)):
        if party.startswith("wal"):
            wallets.wallet(unit, party, field)
        else:
            bank_accounts.account(unit, party, field)
    payments.require_price(unit, new)


def want_schedule(unit: Unit, command: OfSchedule) -> None:
    """Ask for a schedule, and its timer."""
    unit.want(SCHEDULES, [command.schedule])
    timers.want_timers(unit, found.timer_of(command.schedule))


def want_new(unit: Unit, command: commands.CreateSchedule) -> None:
    """Ask for what a new schedule reads."""
    timers.want_clock(unit)
    ledger.want_accounts(unit)
    if command.mandate is not None:
        unit.want(MANDATES, [command.mandate])
    if command.fee_schedule is not None:
        payments.want_prices(unit, command.fee_schedule)
    want_parties(unit, command.source, command.destination)


def want_parties(unit: Unit, *parties: str) -> None:
    """Ask for wallets and bank accounts."""
    for party in parties:
        if party.startswith("wal"):
            wallets.want_wallets(unit, party)
        else:
            bank_accounts.want_bank_accounts(unit, party)


def want_mandates(unit: Unit, *mandate_ids: str) -> None:
    """Ask for mandates, and their timers."""
    unit.want(MANDATES, mandate_ids)
    timers.want_timers(unit, *map(found.expiry_of, mandate_ids))


def want_payment(unit: Unit, schedule_id: str) -> None:
    """Ask for a schedule, its timer, and once it is there for what its payment reads."""
    unit.want(SCHEDULES, [schedule_id])
    timers.want_timers(unit, found.timer_of(schedule_id))
    known = unit.peek(SCHEDULES, schedule_id)
    if known is not None and known.tenant == unit.origin.tenant:
        payments.want_new(unit, known.template.payment())
        if known.template.mandate is not None:
            want_mandates(unit, known.template.mandate)


def want_occurrence(unit: Unit, command: commands.RunSchedule) -> None:
    """Ask for what a run reads."""
    want_payment(unit, command.schedule)


def want_run(unit: Unit, command: commands.RetryRun) -> None:
    """Ask for a run, its timer, and once it is there for its schedule and payment."""
    unit.want(RUNS, [command.run])
    timers.want_timers(unit, found.retry_of(command.run))
    known = unit.peek(RUNS, command.run)
    if known is not None and known.tenant == unit.origin.tenant:
        want_payment(unit, known.schedule)
