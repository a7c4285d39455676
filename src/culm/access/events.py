"""The facts of keys. None holds a secret, nor what it could be guessed by without the pepper."""

from __future__ import annotations

from typing import ClassVar

from culm.access import terms
from culm.book.event import Event


class KeyCreated(Event, frozen=True):
    """A key opens the API for its tenant from now on."""

    TYPE: ClassVar[str] = "access.key_created"
    id: terms.KeyId
    name: terms.Name
    sandbox: terms.Sandbox
    scopes: terms.Scopes
    per_second: terms.PerSecond
    burst: terms.Burst
    digest: terms.Digest
    addresses: terms.Addresses = ()
    daily_quota: terms.DailyQuota = None
    routes: terms.Routes = {}
    expires: terms.Moment | None = None


class KeyUpdated(Event, frozen=True):
    """A key is from now on as given here, all of it; its scopes and its end stay."""

    TYPE: ClassVar[str] = "access.key_updated"
    id: terms.KeyId
    name: terms.Name
    per_second: terms.PerSecond
    burst: terms.Burst
    addresses: terms.Addresses = ()
    daily_quota: terms.DailyQuota = None
    routes: terms.Routes = {}


class KeyRotated(Event, frozen=True):
    """A key has another secret from now on; the one before counts as well until a moment, or no
    longer."""

    TYPE: ClassVar[str] = "access.key_rotated"
    id: terms.KeyId
    digest: terms.Digest
    previous_until: terms.Moment | None = None


class KeyRevoked(Event, frozen=True):
    """A key opens nothing any more, for good."""

    TYPE: ClassVar[str] = "access.key_revoked"
    id: terms.KeyId
