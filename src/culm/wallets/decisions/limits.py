"""Limits: what wallets of a tier may do, and whether one more payment is within it."""

from __future__ import annotations

import msgspec

from culm.book.unit import Unit
from culm.customers import api as customers
from culm.ledger import api as ledger
from culm.timers import api as timers
from culm.wallets import checks, commands, events, rejections, types, using, views
from culm.wallets.decisions import lookup
from culm.wallets.tables import LIMITS, USES


def set_limits(unit: Unit, command: commands.SetLimits) -> views.WalletLimits:
    """Replace all limits of a tier in a currency and direction."""
    checks.tier(command.tier)
    per_payment = checks.most(command.per_payment, "per_payment")
    day_sum = checks.most(command.day_sum, "day_sum")
    month_sum = checks.most(command.month_sum, "month_sum")
    checks.count(command.day_count, "day_count")
    checks.count(command.month_count, "month_count")
    ledger.tenant(unit)
    ledger.require_currency(unit, command.currency, "currency")
    key = (unit.origin.tenant, command.tier, command.currency, command.direction)
    wished = types.Limits(
        *key,
        per_payment=per_payment,
        day_sum=day_sum,
        day_count=command.day_count,
        month_sum=month_sum,
        month_count=command.month_count,
    )
    if (unit.get(LIMITS, key) or types.Limits(*key)) != wished:
        unit.record(events.LimitsSet(**msgspec.structs.asdict(views.limits(wished))))
    return views.limits(unit.get(LIMITS, key) or wished)


def check_limits(
    unit: Unit,
    wallet_id: str,
    *,
    currency: str,
    amount: int,
    direction: types.Direction,
    field: str = "amount",
) -> None:
    """Refuse a payment that would go past a limit of the wallet's tier today, by the tenant's
    time, with `LimitExceeded`."""
    wallet = lookup.wallet(unit, wallet_id)
    tier = customers.customer(unit, wallet.customer).tier
    limits = unit.get(LIMITS, (wallet.tenant, tier, currency, direction))
    if limits is None:
        return
    today = using.day_of(timers.now(unit))
    used = unit.get(USES, (wallet_id, currency, direction))
    used = used or types.Use(wallet.tenant, wallet_id, currency, direction, today)
    passed = using.broken(limits, using.on(used, today), amount=amount)
    if passed is not None:
        name, most, left = passed
        raise rejections.LimitExceeded(
            field,
            message=f"The payment would go past the limit {name} of the tier {tier} for {currency} "
            f"{direction}: it is {most}, of which {left} are left.",
        )


def want_limits(unit: Unit, command: commands.SetLimits) -> None:
    """Ask for what setting limits reads."""
    ledger.want_accounts(unit)
    key = (unit.origin.tenant, command.tier, command.currency, command.direction)
    unit.want(LIMITS, [key])
