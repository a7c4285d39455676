"""What each of the facts of webhooks does to their state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import ids
from culm.webhooks import events, types
from culm.webhooks.tables import DELIVERIES, ENDPOINTS, OWNERS, REPLAYS

Delivered = events.DeliveryFailed | events.DeliverySucceeded | events.DeliveryGivenUp
Moved = events.ReplayMoved | events.ReplayEnded


def endpoint_created(unit: Unit, event: events.EndpointCreated, position: int) -> None:
    """Keep the endpoint, and count it."""
    endpoint = types.Endpoint(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        url=event.url,
        event_types=event.event_types,
        payload=event.payload,
        signature=event.signature,
        description=event.description,
        state="enabled",
        reason=None,
        since=position,
        generation=1,
        previous_until=None,
        created=unit.now,
    )
    unit.put(ENDPOINTS, event.id, endpoint)
    _count(unit, +1)


def endpoint_updated(unit: Unit, event: events.EndpointUpdated, _position: int) -> None:
    """Replace what may change of an endpoint."""
    _change(
        unit,
        event.id,
        url=event.url,
        event_types=event.event_types,
        payload=event.payload,
        description=event.description,
    )


def endpoint_enabled(unit: Unit, event: events.EndpointEnabled, position: int) -> None:
    """Tell it of what comes after this."""
    _change(unit, event.id, state="enabled", reason=None, since=position, disabled=None)


def endpoint_disabled(unit: Unit, event: events.EndpointDisabled, _position: int) -> None:
    """Tell it of nothing; a replay is over."""
    _change(unit, event.id, state="disabled", reason=event.reason, disabled=unit.now)
    _stop_replay(unit, event.id)


def endpoint_deleted(unit: Unit, event: events.EndpointDeleted, _position: int) -> None:
    """Mark it deleted; it no longer counts."""
    _change(unit, event.id, state="deleted")
    _stop_replay(unit, event.id)
    _count(unit, -1)


def secret_rotated(unit: Unit, event: events.SecretRotated, _position: int) -> None:
    """Move to the next secret."""
    _change(unit, event.id, generation=event.generation, previous_until=event.previous_until)


def test(_unit: Unit, _event: events.Test, _position: int) -> None:
    """A test changes nothing."""


def delivery_failed(unit: Unit, event: events.DeliveryFailed, _position: int) -> None:
    """Wait for the next attempt, where there is one."""
    delivery = unit.get(DELIVERIES, (event.endpoint, event.event))
    if delivery is None:
        delivery = types.Delivery(
            tenant=unit.origin.tenant,
            endpoint=event.endpoint,
            event=event.event,
            attempt=event.attempt,
            first=event.attempt,
            since=unit.now,
            state="waiting",
            due=None,
        )
    state: types.DeliveryState = "given_up" if event.due is None else "waiting"
    _put(unit, msgspec.structs.replace(delivery, state=state, due=event.due))


def delivery_due(unit: Unit, event: events.DeliveryDue, _position: int) -> None:
    """Begin an attempt, of a new round or of the present one."""
    before = unit.get(DELIVERIES, (event.endpoint, event.event))
    begins = event.begins or before is None
    delivery = types.Delivery(
        tenant=unit.origin.tenant,
        endpoint=event.endpoint,
        event=event.event,
        attempt=event.attempt,
        first=event.attempt if begins or before is None else before.first,
        since=unit.now if begins or before is None else before.since,
        state="due",
        due=None,
    )
    _put(unit, delivery)


def delivery_succeeded(unit: Unit, event: events.DeliverySucceeded, _position: int) -> None:
    """End a delivery well."""
    _end(unit, event, "delivered")


def delivery_given_up(unit: Unit, event: events.DeliveryGivenUp, _position: int) -> None:
    """End a delivery otherwise."""
    _end(unit, event, "given_up")


def replay_begun(unit: Unit, event: events.ReplayBegun, _position: int) -> None:
    """Keep the replay; where it begins in the log is still to be found."""
    replay = types.Replay(
        tenant=unit.origin.tenant,
        endpoint=event.endpoint,
        id=event.id,
        since=event.since,
        place=-1,
        until=event.until,
        again=event.again,
        running=True,
    )
    unit.put(REPLAYS, event.endpoint, replay)


def replay_moved(unit: Unit, event: events.ReplayMoved, _position: int) -> None:
    """Go on from here."""
    replay = msgspec.structs.replace(_replay(unit, event), place=event.place)
    unit.put(REPLAYS, event.endpoint, replay)


def replay_ended(unit: Unit, event: events.ReplayEnded, _position: int) -> None:
    """Be done."""
    replay = msgspec.structs.replace(_replay(unit, event), running=False)
    unit.put(REPLAYS, event.endpoint, replay)


def _change(unit: Unit, endpoint_id: str, **changes: Any) -> None:
    endpoint = unit.get(ENDPOINTS, endpoint_id)
    if endpoint is None:
        raise LookupError(f"the event at {unit.position - 1} names no endpoint {endpoint_id}")
    unit.put(ENDPOINTS, endpoint_id, msgspec.structs.replace(endpoint, **changes))


def _count(unit: Unit, change: int) -> None:
    tenant = unit.origin.tenant
    owner = unit.get(OWNERS, tenant) or types.Owner(tenant, 0)
    unit.put(OWNERS, tenant, types.Owner(tenant, owner.endpoints + change))


def _stop_replay(unit: Unit, endpoint: str) -> None:
    replay = unit.get(REPLAYS, endpoint)
    if replay is not None and replay.running:
        unit.put(REPLAYS, endpoint, msgspec.structs.replace(replay, running=False))


def _end(unit: Unit, event: Delivered, state: types.DeliveryState) -> None:
    delivery = unit.get(DELIVERIES, (event.endpoint, event.event))
    if delivery is None:
        raise LookupError(f"the event at {unit.position - 1} names no delivery")
    _put(unit, msgspec.structs.replace(delivery, state=state, due=None))


def _put(unit: Unit, delivery: types.Delivery) -> None:
    unit.put(DELIVERIES, (delivery.endpoint, delivery.event), delivery)


def _replay(unit: Unit, event: Moved) -> types.Replay:
    replay = unit.get(REPLAYS, event.endpoint)
    if replay is None:
        raise LookupError(f"the event at {unit.position - 1} names no replay")
    return replay


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.EndpointCreated: endpoint_created,
    events.EndpointUpdated: endpoint_updated,
    events.EndpointEnabled: endpoint_enabled,
    events.EndpointDisabled: endpoint_disabled,
    events.EndpointDeleted: endpoint_deleted,
    events.SecretRotated: secret_rotated,
    events.Test: test,
    events.DeliveryFailed: delivery_failed,
    events.DeliveryDue: delivery_due,
    events.DeliverySucceeded: delivery_succeeded,
    events.DeliveryGivenUp: delivery_given_up,
    events.ReplayBegun: replay_begun,
    events.ReplayMoved: replay_moved,
    events.ReplayEnded: replay_ended,
}
