"""Setting rates."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Final

from culm.book.unit import Unit
from culm.fx import checks, commands, events, rejections, types, views
from culm.fx.tables import RATES
from culm.ledger import api as ledger
from culm.timers import api as timers

LONGEST: Final = timedelta(days=366)


def set_rate(unit: Unit, command: commands.SetRate) -> views.FxRate:
    """Set what a currency costs in another, from now on."""
    checks.rate(command.rate, command.spread_basis_points)
    checks.pair(command.base, command.counter, "counter")
    ledger.check_moment(command.valid_until, "valid_until")
    ledger.tenant(unit)
    ledger.require_currency(unit, command.base, "base")
    ledger.require_currency(unit, command.counter, "counter")
    now, until = timers.now(unit), command.valid_until.astimezone(UTC)
    if not now < until <= now + LONGEST:
        raise rejections.RateInvalid("valid_until")
    if unit.get(RATES, (unit.origin.tenant, command.counter, command.base)) is not None:
        raise rejections.PairReversed("base")
    unit.record(
        events.RateSet(
            base=command.base,
            counter=command.counter,
            rate=command.rate,
            spread_basis_points=command.spread_basis_points,
            valid_until=until,
        )
    )
    return views.rate(_kept(unit, command.base, command.counter))


def _kept(unit: Unit, base: str, counter: str) -> types.Rate:
    found = between(unit, base, counter)
    if found is None:
        raise LookupError(f"a rate was set, and there is none of {base} in {counter}")
    return found


def between(unit: Unit, one: str, other: str) -> types.Rate | None:
    """The rate of two currencies, whichever way it is kept; None where there never was any."""
    tenant = unit.origin.tenant
    return unit.get(RATES, (tenant, one, other)) or unit.get(RATES, (tenant, other, one))


def want_between(unit: Unit, one: str, other: str) -> None:
    """Ask for the rate of two currencies."""
    tenant = unit.origin.tenant
    unit.want(RATES, [(tenant, one, other), (tenant, other, one)])


def want_rate(unit: Unit, command: commands.SetRate) -> None:
    """Ask for what setting a rate reads."""
    ledger.want_accounts(unit)
    want_between(unit, command.base, command.counter)
