"""Schedules: made, paused, resumed, cancelled, and an occurrence skipped."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import api as payments
from culm.recurring import checks, commands, days, events, terms, types, views
from culm.recurring.decisions import collecting, lookup, mandates
from culm.timers import api as timers


def create_schedule(unit: Unit, command: commands.CreateSchedule) -> views.PaymentSchedule:
    """Have a payment made when its time comes."""
    checks.retries(command.retries, command.stop_after)
    checks.metadata(command.metadata)
    template = template_of(command)
    new = template.payment()
    payments.check_form(new)
    ledger.tenant(unit)
    ledger.require_currency(unit, command.currency, "currency")
    first = timers.first_occurrence(unit, command.at, command.schedule).astimezone(UTC)
    lookup.require_parties(unit, new)
    if command.mandate is not None:
        collecting.require_fit(mandates.mandate(unit, command.mandate), new)
    schedule_id = unit.new_id(types.PREFIX)
    unit.record(
        events.ScheduleCreated(
            id=schedule_id,
            template=_told(template),
            next=first,
            due=days.adjusted(first, command.adjust, days.zone_of(command.schedule)),
            plan=command.schedule,
            adjust=command.adjust,
            retries=command.retries,
            stop_after=command.stop_after,
        )
    )
    return views.schedule(lookup.schedule(unit, schedule_id))


def template_of(command: commands.CreateSchedule) -> types.Template:
    """What each run pays."""
    return types.Template(
        kind=command.kind,
        amount=ledger.check_amount(command.amount, "amount"),
        currency=command.currency,
        source=command.source,
        destination=command.destination,
        same_day=command.same_day,
        fee_schedule=command.fee_schedule,
        reference=command.reference,
        description=command.description,
        metadata=command.metadata,
        mandate=command.mandate,
    )


def _told(template: types.Template) -> terms.Template:
    said = msgspec.structs.asdict(template)
    return terms.Template(**said | {"amount": str(template.amount)})


def pause_schedule(unit: Unit, command: commands.PauseSchedule) -> views.PaymentSchedule:
    """Make no payments until it is resumed."""
    schedule = lookup.schedule(unit, command.schedule)
    lookup.require(schedule, "pause")
    unit.record(events.SchedulePaused(schedule.id))
    return views.schedule(lookup.schedule(unit, schedule.id))


def resume_schedule(unit: Unit, command: commands.ResumeSchedule) -> views.PaymentSchedule:
    """Go on with the first occurrence that has not passed."""
    schedule = lookup.schedule(unit, command.schedule)
    lookup.require(schedule, "resume")
    following = _not_passed(schedule, timers.now(unit))
    unit.record(events.ScheduleResumed(schedule.id, *_next(schedule, following)))
    return views.schedule(lookup.schedule(unit, schedule.id))


def _not_passed(schedule: types.Schedule, now: datetime) -> datetime | None:
    """The first occurrence that has not passed. What is paid once is paid, however late."""
    occurrence = schedule.occurrence
    if occurrence is None or schedule.plan is None or occurrence > now:
        return occurrence
    passing = msgspec.structs.replace(schedule.plan, missed="last", times=None)
    return timers.next_occurrence(passing, due=occurrence, now=now, fired=schedule.passed)


def skip_occurrence(unit: Unit, command: commands.SkipOccurrence) -> views.PaymentSchedule:
    """Let the next occurrence pass."""
    schedule = lookup.schedule(unit, command.schedule)
    lookup.require(schedule, "pass")
    if schedule.occurrence is not None:
        following = _next(schedule, after(schedule, timers.now(unit)))
        run_id = unit.new_id(types.RUN)
        unit.record(events.RunSkipped(run_id, schedule.id, schedule.occurrence, *following))
    return views.schedule(lookup.schedule(unit, schedule.id))


def after(schedule: types.Schedule, now: datetime) -> datetime | None:
    """The occurrence after the one that comes next; None when that is the last."""
    if schedule.plan is None or schedule.occurrence is None:
        return None
    return timers.next_occurrence(
        schedule.plan, due=schedule.occurrence, now=now, fired=schedule.passed + 1
    )


def _next(
    schedule: types.Schedule, occurrence: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """An occurrence, and when its run is made."""
    return occurrence, None if occurrence is None else days.due(schedule, occurrence)


def cancel_schedule(unit: Unit, command: commands.CancelSchedule) -> views.PaymentSchedule:
    """Make no payments any more."""
    schedule = lookup.schedule(unit, command.schedule)
    lookup.require(schedule, "cancel")
    unit.record(events.ScheduleCancelled(schedule.id))
    return views.schedule(lookup.schedule(unit, schedule.id))
