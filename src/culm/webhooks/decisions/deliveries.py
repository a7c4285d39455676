"""Deliveries: what follows from an attempt, and when the next one is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from culm.book.unit import Unit
from culm.kernel import ids
from culm.webhooks import commands, events, schedule, types, views
from culm.webhooks.decisions import lookup
from culm.webhooks.tables import DELIVERIES

Outcome = views.WebhookDelivery | None
"""How a delivery is now; None where none was ever noted, since its first attempt succeeded."""


def record_failure(unit: Unit, command: commands.RecordFailure) -> Outcome:
    """Wait for the next attempt; after the last one give up, and perhaps the endpoint too.

    What is told of another attempt than the one under way was told before, or has been overtaken;
    what is told of no endpoint or event of the tenant's is about nothing.
    """
    if not (lookup.is_own(unit, command.endpoint) and lookup.is_event(unit, command.event)):
        return None
    delivery = lookup.delivery(unit, command)
    if _is_under_way(delivery, command.attempt):
        since = unit.now if delivery is None else delivery.since
        due = _next(unit, command, first=command.attempt if delivery is None else delivery.first)
        event = events.DeliveryFailed(command.endpoint, command.event, command.attempt, due)
        unit.record(event)
        if due is None:
            _judge(unit, command, since)
    return _view(unit, command)


def record_success(unit: Unit, command: commands.RecordSuccess) -> Outcome:
    """End the delivery."""
    delivery = lookup.delivery(unit, command)
    if delivery is not None and _is_under_way(delivery, command.attempt):
        unit.record(events.DeliverySucceeded(command.endpoint, command.event, command.attempt))
    return _view(unit, command)


def deliver_again(unit: Unit, command: commands.DeliverAgain) -> Outcome:
    """Make a waiting delivery due, if its time has come and its endpoint is still enabled."""
    delivery = lookup.delivery(unit, command)
    if _is_ripe(delivery, command.attempt, unit.now):
        if lookup.is_enabled(unit, command.endpoint):
            following = command.attempt + 1
            unit.record(events.DeliveryDue(command.endpoint, command.event, following))
        else:
            unit.record(events.DeliveryGivenUp(command.endpoint, command.event, command.attempt))
    return _view(unit, command)


def give_up(unit: Unit, command: commands.GiveUp) -> Outcome:
    """End a delivery that is due and cannot be sent."""
    delivery = lookup.delivery(unit, command)
    if delivery is not None and _is_under_way(delivery, command.attempt):
        unit.record(events.DeliveryGivenUp(command.endpoint, command.event, command.attempt))
    return _view(unit, command)


def replay_delivery(unit: Unit, command: commands.ReplayDelivery) -> views.WebhookDelivery:
    """Send an event again, in a new round of attempts. One that is being sent already is left."""
    lookup.enabled(unit, command.endpoint)
    lookup.event(unit, command.event)
    begin(unit, command.endpoint, command.event)
    view = _view(unit, command)
    if view is None:
        raise LookupError("an event did not do what it says")
    return view


def begin(unit: Unit, endpoint: str, event: str) -> None:
    """Begin a new round of attempts, unless one is under way right now."""
    delivery = unit.get(DELIVERIES, (endpoint, event))
    if delivery is None or delivery.state != "due":
        attempt = 2 if delivery is None else delivery.attempt + 1  # the first is the fact's own
        unit.record(events.DeliveryDue(endpoint, event, attempt, begins=True))


def _is_under_way(delivery: types.Delivery | None, attempt: int) -> bool:
    if delivery is None:
        return attempt == 1
    return delivery.state == "due" and delivery.attempt == attempt


def _is_ripe(delivery: types.Delivery | None, attempt: int, now: datetime) -> bool:
    if delivery is None or delivery.attempt != attempt or delivery.due is None:
        return False
    return delivery.state == "waiting" and delivery.due <= now


def _next(unit: Unit, command: commands.RecordFailure, *, first: int) -> datetime | None:
    """When the next attempt is due, if there is one."""
    if command.gone or not lookup.is_enabled(unit, command.endpoint):
        return None
    wait = schedule.wait_seconds(
        command.attempt - first + 1,
        jitter_percent=command.jitter_percent,
        retry_after_seconds=command.retry_after_seconds,
    )
    return None if wait is None else unit.now + timedelta(seconds=wait)


def _judge(unit: Unit, command: commands.RecordFailure, since: datetime) -> None:
    """Disable an endpoint that is gone, or that took nothing since the first of these attempts."""
    if not lookup.is_enabled(unit, command.endpoint):
        return
    alive = command.last_success is not None and command.last_success >= since
    if command.gone or not alive:
        endpoint = lookup.endpoint(unit, command.endpoint)
        reason: types.Reason = "gone" if command.gone else "failing"
        unit.record(events.EndpointDisabled(endpoint.id, endpoint.url, reason))


def _view(unit: Unit, command: lookup.OfDelivery) -> Outcome:
    delivery = lookup.delivery(unit, command)
    return None if delivery is None else views.delivery(delivery)


def want_event(unit: Unit, command: commands.ReplayDelivery) -> None:
    """Ask for a delivery, and the event itself."""
    lookup.want_delivery(unit, command)
    if lookup.is_event(unit, command.event):
        unit.want_event(ids.position_of(command.event))
