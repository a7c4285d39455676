"""The public shapes of recurring payments. Amounts are decimal texts of minor units."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.kernel import money
from culm.recurring import types
from culm.timers import api as timers


class PaymentSchedule(msgspec.Struct, frozen=True):
    """A payment that is made at a time, or again and again as its `schedule` says.

    `next` is the next occurrence by the plan, and `due` when its run is made. `passed` counts the
    occurrences that are over, `failures` the runs in a row that failed.
    """

    id: str
    state: types.State
    kind: types.Kind
    amount: money.Minor
    currency: str
    source: str
    destination: str
    next: datetime | None
    due: datetime | None
    schedule: timers.Schedule | None
    adjust: types.Adjustment
    retries: tuple[int, ...]
    stop_after: int | None
    passed: int
    failures: int
    same_day: bool
    fee_schedule: str | None
    reference: str
    description: str
    metadata: dict[str, str]
    created: datetime
    updated: datetime


class ScheduleRun(msgspec.Struct, frozen=True):
    """What became of one occurrence of a schedule. `payment` is the one that was made; `code` says
    why it was refused the last time, and `again` when it is tried once more."""

    id: str
    schedule: str
    occurrence: datetime
    state: types.RunState
    attempts: int
    payment: str | None
    code: str | None
    again: datetime | None
    created: datetime
    updated: datetime


def schedule(row: types.Schedule) -> PaymentSchedule:
    """The public shape of a schedule."""
    template = row.template
    return PaymentSchedule(
        id=row.id,
        state=row.state,
        kind=template.kind,
        amount=str(template.amount),
        currency=template.currency,
        source=template.source,
        destination=template.destination,
        next=row.occurrence,
        due=row.due,
        schedule=row.plan,
        adjust=row.adjust,
        retries=row.retries,
        stop_after=row.stop_after,
        passed=row.passed,
        failures=row.failures,
        same_day=template.same_day,
        fee_schedule=template.fee_schedule,
        reference=template.reference,
        description=template.description,
        metadata=template.metadata,
        created=row.created,
        updated=row.updated,
    )


def run(row: types.Run) -> ScheduleRun:
    """The public shape of a run."""
    shown = {name: getattr(row, name) for name in ScheduleRun.__struct_fields__}
    return ScheduleRun(**shown | {"payment": row.payment or None, "code": row.code or None})
