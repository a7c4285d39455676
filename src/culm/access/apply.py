"""What each of the facts of access does to its state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.access import events, types
from culm.access.tables import KEYS, OWNERS
from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import ids


def key_created(unit: Unit, event: events.KeyCreated, _position: int) -> None:
    """Keep the key, and count it."""
    key = types.Key(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        name=event.name,
        sandbox=event.sandbox,
        scopes=event.scopes,
        addresses=event.addresses,
        per_second=event.per_second,
        burst=event.burst,
        daily_quota=event.daily_quota,
        routes=event.routes,
        digest=event.digest,
        previous=None,
        previous_until=None,
        state="active",
        created=unit.now,
        expires=event.expires,
    )
    unit.put(KEYS, key.id, key)
    _count(unit, +1)


def key_updated(unit: Unit, event: events.KeyUpdated, _position: int) -> None:
    """Replace what may change of a key."""
    _change(
        unit,
        event.id,
        name=event.name,
        addresses=event.addresses,
        per_second=event.per_second,
        burst=event.burst,
        daily_quota=event.daily_quota,
        routes=event.routes,
    )


def key_rotated(unit: Unit, event: events.KeyRotated, _position: int) -> None:
    """Move to the next secret; of those before, only the last may still count."""
    before = None if event.previous_until is None else _key(unit, event.id).digest
    _change(
        unit,
        event.id,
        digest=event.digest,
        previous=before,
        previous_until=event.previous_until,
    )


def key_revoked(unit: Unit, event: events.KeyRevoked, _position: int) -> None:
    """End a key; it no longer counts."""
    _change(unit, event.id, state="revoked", revoked=unit.now, previous=None, previous_until=None)
    _count(unit, -1)


def _key(unit: Unit, key_id: str) -> types.Key:
    key = unit.get(KEYS, key_id)
    if key is None:
        raise LookupError(f"the event at {unit.position - 1} names no key {key_id}")
    return key


def _change(unit: Unit, key_id: str, **changes: Any) -> None:
    unit.put(KEYS, key_id, msgspec.structs.replace(_key(unit, key_id), **changes))


def _count(unit: Unit, change: int) -> None:
    tenant = unit.origin.tenant
    owner = unit.get(OWNERS, tenant) or types.Owner(tenant, 0)
    unit.put(OWNERS, tenant, types.Owner(tenant, owner.keys + change))


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.KeyCreated: key_created,
    events.KeyUpdated: key_updated,
    events.KeyRotated: key_rotated,
    events.KeyRevoked: key_revoked,
}
