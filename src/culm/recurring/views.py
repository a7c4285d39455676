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
    mandate: str | None
    created: datetime
    updated: datetime


class Mandate(msgspec.Struct, frozen=True):
    """What a payer, the `customer`, allows to be collected. `collected` is how much was in `month`,
    the newest in which something was, and `collections` how often in all."""

    id: str
    state: types.MandateState
    kind: types.MandateKind
    customer: str
    source: str
    destination: str
    currency: str
    agreed: types.Agreed
    text: str
    given: datetime
    maximum: money.Minor | None
    monthly: money.Minor | None
    single: bool
    valid_until: datetime | None
    reference: str
    month: str | None
    collected: money.Minor
    collections: int
    reason: str | None
    created: datetime
    updated: datetime


class Collection(msgspec.Struct, frozen=True):
    """A payment that was collected by a mandate, in the mandate's currency."""

    payment: str
    mandate: str
    amount: money.Minor
    created: datetime


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
        mandate=template.mandate,
        created=row.created,
        updated=row.updated,
    )


def run(row: types.Run) -> ScheduleRun:
    """The public shape of a run."""
    shown = {name: getattr(row, name) for name in ScheduleRun.__struct_fields__}
    return ScheduleRun(**shown | {"payment": row.payment or None, "code": row.code or None})


def mandate(row: types.Mandate) -> Mandate:
    """The public shape of a mandate."""
    shown = {name: getattr(row, name) for name in Mandate.__struct_fields__}
    shown |= {
        "maximum": None if row.maximum is None else str(row.maximum),
        "monthly": None if row.monthly is None else str(row.monthly),
        "collected": str(row.collected),
        "month": row.month or None,
        "reason": row.reason or None,
    }
    return Mandate(**shown)


def collection(row: types.Collection) -> Collection:
    """The public shape of what was collected."""
    return Collection(row.payment, row.mandate, str(row.amount), row.created)
