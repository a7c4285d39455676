"""The state of webhooks: endpoints, deliveries that have failed at least once, and replays."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

PREFIX: Final = "whe"
"""Of the ids of endpoints."""

Payload = Literal["full", "thin"]
Signature = Literal["hmac", "ed25519"]
EndpointState = Literal["enabled", "disabled", "deleted"]
Reason = Literal["owner", "failing", "gone"]
"""Why an endpoint is disabled: its owner wished it, nothing got through to it for days, or it
answered that it is gone."""
DeliveryState = Literal["waiting", "due", "delivered", "given_up"]


class Endpoint(msgspec.Struct, frozen=True):
    """Where a tenant is told of facts.

    It is told of facts of its `event_types` (`ledger.hold_placed`, `ledger.*`; none given: all)
    after the position `since` in the log. They are signed with the secret of its `generation`, and
    with the one before as well until `previous_until`.
    """

    id: str
    number: int
    tenant: str
    url: str
    event_types: tuple[str, ...]
    payload: Payload
    signature: Signature
    description: str
    state: EndpointState
    reason: Reason | None
    since: int
    generation: int
    previous_until: datetime | None
    created: datetime
    disabled: datetime | None = None


class Delivery(msgspec.Struct, frozen=True):
    """A fact on its way to an endpoint, once an attempt has failed or it is to be sent again.

    `attempt` is the number of the newest attempt; the present round of attempts began with number
    `first`, at `since`. `due` is when a waiting one is tried next.
    """

    tenant: str
    endpoint: str
    event: str
    attempt: int
    first: int
    since: datetime
    state: DeliveryState
    due: datetime | None


class Owner(msgspec.Struct, frozen=True):
    """How many endpoints a tenant has."""

    tenant: str
    endpoints: int


class Replay(msgspec.Struct, frozen=True):
    """The newest replay of an endpoint: facts from the position `place` to just before `until` are
    still to be sent. `place` is -1 until it is known where `since` is in the log. With `again`,
    those that were delivered before are sent once more. `running` until it has come to its end.
    """

    tenant: str
    endpoint: str
    id: str
    since: datetime
    place: int
    until: int
    again: bool
    running: bool
