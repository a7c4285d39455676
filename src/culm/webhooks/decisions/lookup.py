"""Finding what a command names: the tenant's endpoint, an event of the past."""

from __future__ import annotations

from typing import Protocol

from culm.book.unit import Unit
from culm.kernel import ids
from culm.webhooks import rejections, told, types
from culm.webhooks.tables import DELIVERIES, ENDPOINTS, EVENT_PREFIX, OWNERS, REPLAYS


class OfEndpoint(Protocol):
    """A command that names an endpoint."""

    @property
    def endpoint(self) -> str:
        """The endpoint's id."""


class OfDelivery(OfEndpoint, Protocol):
    """A command that names an endpoint and an event."""

    @property
    def event(self) -> str:
        """The event's public id."""


def endpoint(unit: Unit, endpoint_id: str) -> types.Endpoint:
    """One of the tenant's endpoints. Raises `EndpointNotFound`."""
    found = unit.get(ENDPOINTS, endpoint_id)
    if found is None or found.tenant != unit.origin.tenant or found.state == "deleted":
        raise rejections.EndpointNotFound("There is no such endpoint.", field="endpoint")
    return found


def enabled(unit: Unit, endpoint_id: str) -> types.Endpoint:
    """One of the tenant's endpoints that is enabled. Raises `EndpointDisabled` too."""
    found = endpoint(unit, endpoint_id)
    if found.state != "enabled":
        raise rejections.EndpointDisabled("The endpoint is disabled.", field="endpoint")
    return found


def is_enabled(unit: Unit, endpoint_id: str) -> bool:
    """Whether an endpoint is told of anything at present."""
    found = unit.get(ENDPOINTS, endpoint_id)
    return found is not None and found.state == "enabled"


def event(unit: Unit, event_id: str) -> None:
    """Make sure that an event is there and can be told. Raises `EventNotFound`.

    Whose it is a unit cannot know; that is looked at where it is read to be sent.
    """
    found = unit.event_at(ids.position_of(event_id)) if is_event(unit, event_id) else None
    if found is None or not told.tellable(type(found).TYPE):
        raise rejections.EventNotFound("There is no such event.", field="event")


def is_event(unit: Unit, event_id: str) -> bool:
    """Whether this is the id of an event of this partition that is in its log."""
    if not ids.is_id(EVENT_PREFIX, event_id) or ids.partition_of(event_id) != unit.partition:
        return False
    return ids.position_of(event_id) < unit.position


def is_own(unit: Unit, endpoint_id: str) -> bool:
    """Whether an endpoint is one of the tenant's, or was."""
    found = unit.get(ENDPOINTS, endpoint_id)
    return found is not None and found.tenant == unit.origin.tenant


def delivery(unit: Unit, command: OfDelivery) -> types.Delivery | None:
    """The tenant's delivery of an event to an endpoint, if there is any."""
    found = unit.get(DELIVERIES, (command.endpoint, command.event))
    return found if found is not None and found.tenant == unit.origin.tenant else None


def want_owner(unit: Unit, _command: object = None) -> None:
    """Ask for how many endpoints the tenant has."""
    unit.want(OWNERS, (unit.origin.tenant,))


def want_endpoint(unit: Unit, command: OfEndpoint) -> None:
    """Ask for an endpoint, and what goes with it."""
    want_owner(unit)
    unit.want(ENDPOINTS, (command.endpoint,))
    unit.want(REPLAYS, (command.endpoint,))


def want_delivery(unit: Unit, command: OfDelivery) -> None:
    """Ask for an endpoint, and one of its deliveries."""
    want_endpoint(unit, command)
    unit.want(DELIVERIES, ((command.endpoint, command.event),))
