"""Endpoints: who is told what, and with which secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import msgspec

from culm.book.unit import Unit
from culm.webhooks import checks, commands, events, rejections, told, types, views
from culm.webhooks.decisions import lookup
from culm.webhooks.tables import OWNERS

MAX_ENDPOINTS: Final = 20
"""Of a tenant. Each has a queue and connections of its own."""


def create_endpoint(unit: Unit, command: commands.CreateEndpoint) -> views.Endpoint:
    """Tell a URL of events from now on."""
    _check(unit, command)
    owner = unit.get(OWNERS, unit.origin.tenant)
    if owner is not None and owner.endpoints >= MAX_ENDPOINTS:
        raise rejections.TooManyEndpoints(f"A tenant has at most {MAX_ENDPOINTS} endpoints.")
    event = events.EndpointCreated(
        id=unit.new_id(types.PREFIX),
        url=command.url,
        event_types=command.event_types,
        payload=command.payload,
        signature=command.signature,
        description=command.description,
    )
    unit.record(event)
    return views.endpoint(lookup.endpoint(unit, event.id))


def update_endpoint(unit: Unit, command: commands.UpdateEndpoint) -> views.Endpoint:
    """Change what is given; where nothing is, nothing is recorded."""
    _check(unit, command)
    before = lookup.endpoint(unit, command.endpoint)
    event = events.EndpointUpdated(
        id=before.id,
        url=_given(command.url, before.url),
        event_types=_given(command.event_types, before.event_types),
        payload=_given(command.payload, before.payload),
        description=_given(command.description, before.description),
    )
    changed = (event.url, event.event_types, event.payload, event.description)
    if changed != (before.url, before.event_types, before.payload, before.description):
        unit.record(event)
    return views.endpoint(lookup.endpoint(unit, before.id))


def enable_endpoint(unit: Unit, command: commands.EnableEndpoint) -> views.Endpoint:
    """Tell it of events from now on; of those since it was disabled, by a replay."""
    if lookup.endpoint(unit, command.endpoint).state != "enabled":
        unit.record(events.EndpointEnabled(command.endpoint))
    return views.endpoint(lookup.endpoint(unit, command.endpoint))


def disable_endpoint(unit: Unit, command: commands.DisableEndpoint) -> views.Endpoint:
    """Tell it of nothing."""
    endpoint = lookup.endpoint(unit, command.endpoint)
    if endpoint.state == "enabled":
        unit.record(events.EndpointDisabled(endpoint.id, endpoint.url, "owner"))
    return views.endpoint(lookup.endpoint(unit, command.endpoint))


def delete_endpoint(unit: Unit, command: commands.DeleteEndpoint) -> views.Endpoint:
    """Forget it."""
    endpoint = lookup.endpoint(unit, command.endpoint)
    unit.record(events.EndpointDeleted(endpoint.id))
    return views.endpoint(msgspec.structs.replace(endpoint, state="deleted"))


def rotate_secret(unit: Unit, command: commands.RotateSecret) -> views.Endpoint:
    """Move to the next secret; the one before signs too for a while, any older one no more."""
    checks.overlap(command.overlap_seconds)
    endpoint = lookup.endpoint(unit, command.endpoint)
    event = events.SecretRotated(
        id=endpoint.id,
        generation=endpoint.generation + 1,
        previous_until=unit.now + timedelta(seconds=command.overlap_seconds),
    )
    unit.record(event)
    return views.endpoint(lookup.endpoint(unit, endpoint.id))


def send_test(unit: Unit, command: commands.SendTest) -> commands.Accepted:
    """Record an event for this endpoint alone."""
    endpoint = lookup.enabled(unit, command.endpoint)
    event_id = unit.new_id("evt")
    unit.record(events.Test(endpoint.id))
    return commands.Accepted(event_id)


def _check(unit: Unit, command: commands.CreateEndpoint | commands.UpdateEndpoint) -> None:
    if command.url is not msgspec.UNSET:
        checks.url(command.url)
    if command.event_types is not msgspec.UNSET:
        known = (event.TYPE for event in unit.catalog.applies)
        checks.types(command.event_types, filter(told.tellable, known))
    if command.description is not msgspec.UNSET:
        checks.description(command.description)


def _given(value: Any, before: Any) -> Any:
    return before if value is msgspec.UNSET else value
