"""Finding what a command names, and the key of whoever asks."""

from __future__ import annotations

from typing import Protocol

import msgspec

from culm.access import checks, rejections, scopes, types
from culm.access.tables import KEYS, OWNERS
from culm.book.unit import Unit
from culm.ledger import api as ledger


class OfKey(Protocol):
    """A command that names a key."""

    @property
    def key(self) -> str:
        """The key's id."""


def key(unit: Unit, key_id: str) -> types.Key:
    """One of the tenant's keys. Raises `KeyNotFound`."""
    found = unit.get(KEYS, key_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.KeyNotFound("There is no such key.", field="key")
    return found


def active(unit: Unit, key_id: str) -> types.Key:
    """One of the tenant's keys that is not revoked. Raises `KeyInactive` too."""
    found = key(unit, key_id)
    if found.state != "active":
        raise rejections.KeyInactive("The key is revoked.", field="key")
    return found


def require_no_more(unit: Unit, given: types.Key) -> None:
    """Refuse to whoever asks with a key what would open more, from more places, more often or for
    longer than that key; otherwise one that is limited could make itself one that is not.

    Raises `KeyExceedsOwn`.
    """
    own = unit.get(KEYS, unit.origin.actor)
    if own is None:
        return
    field = _exceeds(own, given)
    if field is not None:
        raise rejections.KeyExceedsOwn("A key can give no more than it has itself.", field=field)


def _exceeds(own: types.Key, given: types.Key) -> str | None:
    """What a key gives that another has not."""
    if not scopes.cover(own.scopes, given.scopes):
        return "scopes"
    if own.addresses and not (given.addresses and checks.within(given.addresses, own.addresses)):
        return "addresses"
    if given.per_second > own.per_second or given.burst > own.burst:
        return "rate"
    if _is_more(given.daily_quota, own.daily_quota):
        return "daily_quota"
    for operation in given.routes | own.routes:
        if _is_faster(_route(given, operation), _route(own, operation)):
            return f"routes.{operation}"
    if own.expires is not None and (given.expires is None or given.expires > own.expires):
        return "expires"
    return None


def _route(key: types.Key, operation: str) -> types.Route:
    """How often a key may be used for an operation: what that has none of its own of, is the
    key's."""
    found = key.routes.get(operation, types.Route(key.per_second, key.burst))
    if found.daily_quota is None:
        found = msgspec.structs.replace(found, daily_quota=key.daily_quota)
    return found


def _is_faster(given: types.Route, own: types.Route) -> bool:
    """Whether a route lets through, at once or in the long run, what another would not."""
    faster = given.per_second > own.per_second or given.burst > own.burst
    return faster or _is_more(given.daily_quota, own.daily_quota)


def _is_more(given: int | None, own: int | None) -> bool:
    """Whether a quota, or none, is more than another."""
    return own is not None and (given is None or given > own)


def want_owner(unit: Unit, _command: object = None) -> None:
    """Ask for the tenant, how many keys it has, and the key of whoever asks."""
    ledger.want_accounts(unit)
    unit.want(OWNERS, (unit.origin.tenant,))
    unit.want(KEYS, (unit.origin.actor,))


def want_key(unit: Unit, command: OfKey) -> None:
    """Ask for a key, and what goes with it."""
    want_owner(unit)
    unit.want(KEYS, (command.key,))
