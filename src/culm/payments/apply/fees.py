"""What becomes of fee schedules."""

from __future__ import annotations

import msgspec

from culm.book.unit import Unit
from culm.kernel import ids
from culm.payments import events, types
from culm.payments.apply import found
from culm.payments.tables import PRICES, SCHEDULES
from culm.timers import api as timers


def fee_schedule_created(unit: Unit, event: events.FeeScheduleCreated, _position: int) -> None:
    """Keep the schedule; it is the standing price of its kinds."""
    schedule = types.FeeSchedule(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        name=event.name,
        currency=event.currency,
        tiers=tuple(
            types.Tier(
                None if tier.up_to is None else int(tier.up_to), int(tier.fixed), tier.basis_points
            )
            for tier in event.tiers
        ),
        graduated=event.graduated,
        minimum=int(event.minimum),
        maximum=None if event.maximum is None else int(event.maximum),
        rounding=event.rounding,
        bearer=event.bearer,
        refunds=event.refunds,
        kinds=event.kinds,
        retired=False,
        created=timers.now(unit),
    )
    unit.put(SCHEDULES, schedule.id, schedule)
    for kind in schedule.kinds:
        unit.put(PRICES, (schedule.tenant, kind, schedule.currency), schedule.id)


def fee_schedule_retired(unit: Unit, event: events.FeeScheduleRetired, _position: int) -> None:
    """Nothing is priced by it any more."""
    schedule = unit.get(SCHEDULES, event.id)
    if schedule is None:
        raise found.damaged(unit, event.id)
    unit.put(SCHEDULES, schedule.id, msgspec.structs.replace(schedule, retired=True))
    for kind in schedule.kinds:
        key = (schedule.tenant, kind, schedule.currency)
        if unit.get(PRICES, key) == schedule.id:
            unit.put(PRICES, key, "")
