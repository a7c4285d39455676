"""The facts of webhooks. Of these, only `EndpointDisabled` and `Test` are ever delivered."""

from __future__ import annotations

from typing import ClassVar

from culm.book.event import Event
from culm.webhooks import terms


class EndpointCreated(Event, frozen=True):
    """An endpoint is told of facts from now on. No types: all of them."""

    TYPE: ClassVar[str] = "webhooks.endpoint_created"
    id: terms.EndpointId
    url: terms.Url
    event_types: terms.EventTypes = ()
    payload: terms.Payload = "full"
    signature: terms.Signature = "hmac"
    description: terms.Description = ""


class EndpointUpdated(Event, frozen=True):
    """An endpoint is from now on as given here, all of it."""

    TYPE: ClassVar[str] = "webhooks.endpoint_updated"
    id: terms.EndpointId
    url: terms.Url
    event_types: terms.EventTypes = ()
    payload: terms.Payload = "full"
    description: terms.Description = ""


class EndpointEnabled(Event, frozen=True):
    """A disabled endpoint is told of facts from now on."""

    TYPE: ClassVar[str] = "webhooks.endpoint_enabled"
    id: terms.EndpointId


class EndpointDisabled(Event, frozen=True):
    """An endpoint is told of nothing any more: its owner wished it, nothing got through to it
    since the first of a delivery's attempts (`failing`), or it answered 410 Gone."""

    TYPE: ClassVar[str] = "webhooks.endpoint_disabled"
    id: terms.EndpointId
    url: terms.Url
    reason: terms.Reason


class EndpointDeleted(Event, frozen=True):
    """An endpoint is no more."""

    TYPE: ClassVar[str] = "webhooks.endpoint_deleted"
    id: terms.EndpointId


class SecretRotated(Event, frozen=True):
    """An endpoint has a new secret; the one before is valid until `previous_until` too."""

    TYPE: ClassVar[str] = "webhooks.secret_rotated"
    id: terms.EndpointId
    generation: terms.Generation
    previous_until: terms.Moment


class Test(Event, frozen=True):
    """An endpoint's owner wished to see whether it can be reached. It goes to that one alone."""

    TYPE: ClassVar[str] = "webhooks.test"
    endpoint: terms.EndpointId


class DeliveryFailed(Event, frozen=True):
    """An attempt to deliver a fact has failed. It is tried again at `due`, if that is given."""

    TYPE: ClassVar[str] = "webhooks.delivery_failed"
    endpoint: terms.EndpointId
    event: terms.EventId
    attempt: terms.Attempt
    due: terms.Moment | None = None


class DeliveryDue(Event, frozen=True):
    """A fact is to be sent to an endpoint now, as the attempt of this number. It `begins` a new
    round of attempts when somebody asked for it."""

    TYPE: ClassVar[str] = "webhooks.delivery_due"
    endpoint: terms.EndpointId
    event: terms.EventId
    attempt: terms.Attempt
    begins: terms.Begins = False


class DeliverySucceeded(Event, frozen=True):
    """A fact that had failed before, or was sent again, has been delivered."""

    TYPE: ClassVar[str] = "webhooks.delivery_succeeded"
    endpoint: terms.EndpointId
    event: terms.EventId
    attempt: terms.Attempt


class DeliveryGivenUp(Event, frozen=True):
    """A fact is not tried again: its endpoint is disabled or deleted, or it is somebody else's."""

    TYPE: ClassVar[str] = "webhooks.delivery_given_up"
    endpoint: terms.EndpointId
    event: terms.EventId
    attempt: terms.Attempt


class ReplayBegun(Event, frozen=True):
    """All facts since a time, up to the position `until`, are to be sent to an endpoint again."""

    TYPE: ClassVar[str] = "webhooks.replay_begun"
    id: terms.ReplayId
    endpoint: terms.EndpointId
    since: terms.Moment
    until: terms.Position
    again: terms.Again = False


class ReplayMoved(Event, frozen=True):
    """A replay has come to this position of the log."""

    TYPE: ClassVar[str] = "webhooks.replay_moved"
    id: terms.ReplayId
    endpoint: terms.EndpointId
    place: terms.Position


class ReplayEnded(Event, frozen=True):
    """A replay is over: all of it is due, or was sent."""

    TYPE: ClassVar[str] = "webhooks.replay_ended"
    id: terms.ReplayId
    endpoint: terms.EndpointId
