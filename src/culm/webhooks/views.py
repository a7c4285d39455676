"""The public shapes of webhooks: what commands answer, what reads return, what the API shows."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.webhooks import types


class Endpoint(msgspec.Struct, frozen=True):
    """An endpoint as its owner sees it. Without types it is told of everything.

    `reason` says why it is disabled. Its secret is asked for on its own.
    """

    id: str
    url: str
    event_types: tuple[str, ...]
    payload: types.Payload
    signature: types.Signature
    description: str
    state: types.EndpointState
    reason: types.Reason | None
    generation: int
    previous_until: datetime | None
    created: datetime
    disabled: datetime | None


class Secret(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an endpoint's deliveries are verified with: the `secret` they are signed with
    (`whsec_`, HMAC-SHA256), or the `public_key` of their signatures (`whpk_`, Ed25519).

    `previous` is what was valid before, until `previous_until`.
    """

    signature: types.Signature
    generation: int
    secret: str | None = None
    public_key: str | None = None
    previous: str | None = None
    previous_until: datetime | None = None


class WebhookDelivery(msgspec.Struct, frozen=True):
    """A delivery that has failed at least once, or was asked for again; `due` is the time of the
    next attempt of one that is waiting."""

    endpoint: str
    event: str
    attempt: int
    since: datetime
    state: types.DeliveryState
    due: datetime | None


class WebhookReplay(msgspec.Struct, frozen=True):
    """A replay of an endpoint. It is over when it no longer runs."""

    id: str
    endpoint: str
    since: datetime
    again: bool
    running: bool


class Attempt(msgspec.Struct, frozen=True):
    """One attempt to deliver an event. `failure` is empty for one that succeeded: any answer of
    2xx. `answer` is the beginning of what the receiver said."""

    endpoint: str
    event: str
    attempt: int
    time: datetime
    status: int | None
    failure: str
    latency_ms: int
    answer: str


def endpoint(row: types.Endpoint) -> Endpoint:
    """The public shape of an endpoint."""
    return Endpoint(**{name: getattr(row, name) for name in Endpoint.__struct_fields__})


def delivery(row: types.Delivery) -> WebhookDelivery:
    """The public shape of a delivery."""
    return WebhookDelivery(row.endpoint, row.event, row.attempt, row.since, row.state, row.due)


def replay(row: types.Replay) -> WebhookReplay:
    """The public shape of a replay."""
    return WebhookReplay(row.id, row.endpoint, row.since, row.again, row.running)
