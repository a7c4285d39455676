"""Fee schedules, and the price of a payment."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import checks, commands, events, prices, rejections, terms, types, views
from culm.payments.tables import PRICES, SCHEDULES


def create_fee_schedule(unit: Unit, command: commands.CreateFeeSchedule) -> views.FeeSchedule:
    """Say what payments cost, and have it be the standing price of some kinds."""
    checks.name(command.name)
    tiers = tuple([_tier(tier, f"tiers[{n}]") for n, tier in enumerate(command.tiers)])
    checks.tiers(tiers)
    minimum = checks.minor(command.minimum, "minimum")
    maximum = None if command.maximum is None else checks.minor(command.maximum, "maximum")
    if maximum is not None and maximum < minimum:
        raise rejections.FeeScheduleInvalid("maximum")
    if len(set(command.kinds)) != len(command.kinds):
        raise rejections.FeeScheduleInvalid("kinds")
    ledger.tenant(unit)
    ledger.require_currency(unit, command.currency, "currency")
    event = events.FeeScheduleCreated(
        id=unit.new_id(types.FEE_SCHEDULE),
        name=command.name,
        currency=command.currency,
        tiers=tuple([_told(tier) for tier in tiers]),
        graduated=command.graduated,
        minimum=str(minimum),
        maximum=None if maximum is None else str(maximum),
        rounding=command.rounding,
        bearer=command.bearer,
        refunds=command.refunds,
        kinds=command.kinds,
    )
    unit.record(event)
    return views.fee_schedule(schedule_of(unit, event.id))


def _tier(tier: commands.Tier, field: str) -> types.Tier:
    return types.Tier(
        None if tier.up_to is None else checks.minor(tier.up_to, f"{field}.up_to"),
        checks.minor(tier.fixed, f"{field}.fixed"),
        tier.basis_points,
    )


def _told(tier: types.Tier) -> terms.Tier:
    up_to = None if tier.up_to is None else str(tier.up_to)
    return terms.Tier(up_to, str(tier.fixed), tier.basis_points)


def retire_fee_schedule(unit: Unit, command: commands.RetireFeeSchedule) -> views.FeeSchedule:
    """Price nothing by a schedule any more. One that is retired stays so."""
    schedule = schedule_of(unit, command.schedule)
    if not schedule.retired:
        unit.record(events.FeeScheduleRetired(schedule.id))
    return views.fee_schedule(schedule_of(unit, schedule.id))


def schedule_of(unit: Unit, schedule_id: str, field: str = "schedule") -> types.FeeSchedule:
    """One of the tenant's fee schedules. Raises `FeeScheduleNotFound`."""
    found = unit.get(SCHEDULES, schedule_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.FeeScheduleNotFound(field)
    return found


def require_named(unit: Unit, command: commands.CreatePayment) -> None:
    """Refuse a payment that names a fee schedule which there is not, with `FeeScheduleNotFound`."""
    if command.fee_schedule is not None:
        schedule_of(unit, command.fee_schedule, "fee_schedule")


def fee_of(unit: Unit, command: commands.CreatePayment, amount: int) -> terms.Fee | None:
    """What a payment will cost: by the schedule that it names, or the standing one of its kind;
    None where it costs nothing."""
    named = command.fee_schedule
    if named is None:
        named = unit.get(PRICES, _standing(unit, command))
        if not named:
            return None
    schedule = schedule_of(unit, named, "fee_schedule")
    if schedule.retired or schedule.currency != command.currency:
        raise rejections.FeeScheduleUnusable("fee_schedule")
    fee = prices.fee(schedule, amount)
    if not fee:
        return None
    bearer = checks.bearer(command.kind, schedule.bearer)
    return terms.Fee(schedule.id, str(fee), bearer, schedule.refunds)


def _standing(unit: Unit, command: commands.CreatePayment) -> tuple[str, str, str]:
    return unit.origin.tenant, command.kind, command.currency


def want_price(unit: Unit, command: commands.CreatePayment) -> None:
    """Ask for what pricing a payment reads."""
    named = command.fee_schedule
    if named is None:
        standing = _standing(unit, command)
        unit.want(PRICES, [standing])
        named = unit.peek(PRICES, standing)
    if named:
        unit.want(SCHEDULES, [named])


def want_schedules(unit: Unit, *schedule_ids: str) -> None:
    """Ask for fee schedules."""
    unit.want(SCHEDULES, schedule_ids)


def want_schedule(unit: Unit, command: commands.RetireFeeSchedule) -> None:
    """Ask for the schedule that a command names."""
    unit.want(SCHEDULES, [command.schedule])


def want_currency(unit: Unit, command: commands.CreateFeeSchedule) -> None:
    """Ask for what a new schedule reads."""
    ledger.want_accounts(unit)
