"""The facts of webhooks. Of these, only `EndpointDisabled` and `Test` are ever delivered."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from culm.book.event import Event
from culm.webhooks import types


class EndpointCreated(Event, frozen=True):
    """An endpoint is told of facts from now on. No types: all of them."""

    TYPE: ClassVar[str] = "webhooks.endpoint_created"
    id: str
    url: str
    event_types: tuple[str, ...] = ()
    payload: types.Payload = "full"
    signature: types.Signature = "hmac"
    description: str = ""


class EndpointUpdated(Event, frozen=True):
    """An endpoint is from now on as given here, all of it."""

    TYPE: ClassVar[str] = "webhooks.endpoint_updated"
    id: str
    url: str
    event_types: tuple[str, ...] = ()
    payload: types.Payload = "full"
    description: str = ""


class EndpointEnabled(Event, frozen=True):
    """A disabled endpoint is told of facts from now on."""

    TYPE: ClassVar[str] = "webhooks.endpoint_enabled"
    id: str


class EndpointDisabled(Event, frozen=True):
    """An endpoint is told of nothing any more: its owner wished it, nothing got through to it
    since the first of a delivery's attempts (`failing`), or it answered 410 Gone."""

    TYPE: ClassVar[str] = "webhooks.endpoint_disabled"
    id: str
    url: str
    reason: types.Reason


class EndpointDeleted(Event, frozen=True):
    """An endpoint is no more."""

    TYPE: ClassVar[str] = "webhooks.endpoint_deleted"
    id: str


class SecretRotated(Event, frozen=True):
    """An endpoint has a new secret; the one before is valid until `previous_until` too."""

    TYPE: ClassVar[str] = "webhooks.secret_rotated"
    id: str
    generation: int
    previous_until: datetime


class Test(Event, frozen=True):
    """An endpoint's owner wished to see whether it can be reached. It goes to that one alone."""

    TYPE: ClassVar[str] = "webhooks.test"
    endpoint: str


class DeliveryFailed(Event, frozen=True):
    """An attempt to deliver a fact has failed. It is tried again at `due`, if that is given."""

    TYPE: ClassVar[str] = "webhooks.delivery_failed"
    endpoint: str
    event: str
    attempt: int
    due: datetime | None = None


class DeliveryDue(Event, frozen=True):
    """A fact is to be sent to an endpoint now, as the attempt of this number. It `begins` a new
    round of attempts when somebody asked for it."""

    TYPE: ClassVar[str] = "webhooks.delivery_due"
    endpoint: str
    event: str
    attempt: int
    begins: bool = False


class DeliverySucceeded(Event, frozen=True):
    """A fact that had failed before, or was sent again, has been delivered."""

    TYPE: ClassVar[str] = "webhooks.delivery_succeeded"
    endpoint: str
    event: str
    attempt: int


class DeliveryGivenUp(Event, frozen=True):
    """A fact is not tried again: its endpoint is disabled or deleted, or it is somebody else's."""

    TYPE: ClassVar[str] = "webhooks.delivery_given_up"
    endpoint: str
    event: str
    attempt: int


class ReplayBegun(Event, frozen=True):
    """All facts since a time, up to the position `until`, are to be sent to an endpoint again."""

    TYPE: ClassVar[str] = "webhooks.replay_begun"
    id: str
    endpoint: str
    since: datetime
    until: int
    again: bool = False


class ReplayMoved(Event, frozen=True):
    """A replay has come to this position of the log."""

    TYPE: ClassVar[str] = "webhooks.replay_moved"
    id: str
    endpoint: str
    place: int


class ReplayEnded(Event, frozen=True):
    """A replay is over: all of it is due, or was sent."""

    TYPE: ClassVar[str] = "webhooks.replay_ended"
    id: str
    endpoint: str
