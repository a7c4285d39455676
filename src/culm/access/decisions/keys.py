"""Keys: who may use the API, from where, how often, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import msgspec

from culm.access import checks, commands, events, rejections, types, views
from culm.access.decisions import lookup
from culm.access.tables import OWNERS
from culm.book.unit import Unit
from culm.ledger import api as ledger

MAX_KEYS: Final = 100
"""Of a tenant, those that are revoked aside."""


def create_key(unit: Unit, command: commands.CreateKey) -> views.Issued:
    """Make a key of the tenant's own."""
    checks.name(command.name)
    checks.known(command.scopes)
    addresses = checks.addresses(command.addresses)
    checks.rate(command.rate, command.daily_quota)
    checks.routes(command.routes)
    checks.expiry(command.expires, unit.now)
    tenant = ledger.tenant(unit)
    owner = unit.get(OWNERS, tenant.id)
    if owner is not None and owner.keys >= MAX_KEYS:
        raise rejections.TooManyKeys(f"A tenant has at most {MAX_KEYS} keys.")
    event = events.KeyCreated(
        id=unit.new_id(types.PREFIX),
        name=command.name,
        sandbox=tenant.sandbox,
        scopes=command.scopes,
        addresses=addresses,
        per_second=command.rate.per_second,
        burst=command.rate.burst,
        daily_quota=command.daily_quota,
        routes=command.routes,
        expires=command.expires,
        digest=command.digest,
    )
    return _issued(unit, event)


def update_key(unit: Unit, command: commands.UpdateKey) -> views.Key:
    """Change what is given; where nothing is, nothing is recorded."""
    before = lookup.active(unit, command.key)
    lookup.require_no_more(unit, before)
    rate = _given(command.rate, types.Rate(before.per_second, before.burst))
    event = events.KeyUpdated(
        id=before.id,
        name=_given(command.name, before.name),
        addresses=checks.addresses(_given(command.addresses, before.addresses)),
        per_second=rate.per_second,
        burst=rate.burst,
        daily_quota=_given(command.daily_quota, before.daily_quota),
        routes=_given(command.routes, before.routes),
    )
    checks.name(event.name)
    checks.rate(rate, event.daily_quota)
    checks.routes(event.routes)
    after = msgspec.structs.replace(before, **msgspec.structs.asdict(event))
    if after != before:
        lookup.require_no_more(unit, after)
        unit.record(event)
    return views.key(lookup.key(unit, before.id))


def rotate_key(unit: Unit, command: commands.RotateKey) -> views.Issued:
    """Move to the next secret; the one before counts too for a while, any older one no more."""
    checks.overlap(command.overlap_seconds)
    key = lookup.active(unit, command.key)
    lookup.require_no_more(unit, key)
    until = unit.now + timedelta(seconds=command.overlap_seconds)
    event = events.KeyRotated(
        id=key.id,
        digest=command.digest,
        previous_until=until if command.overlap_seconds else None,
    )
    unit.record(event)
    return views.Issued(views.key(lookup.key(unit, key.id)), command.digest)


def revoke_key(unit: Unit, command: commands.RevokeKey) -> views.Key:
    """End a key, for good; one that is revoked stays so."""
    key = lookup.key(unit, command.key)
    if key.state == "active":
        unit.record(events.KeyRevoked(key.id))
    return views.key(lookup.key(unit, key.id))


def _issued(unit: Unit, event: events.KeyCreated) -> views.Issued:
    """Record a new key, unless it may do more than that of whoever asks: its mark goes with it."""
    unit.record(event)
    key = lookup.key(unit, event.id)
    lookup.require_no_more(unit, key)
    return views.Issued(views.key(key), event.digest)


def _given(value: Any, before: Any) -> Any:
    return before if value is msgspec.UNSET else value
