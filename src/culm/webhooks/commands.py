"""What may be asked of webhooks. The first group is for owners, the second for our own reactors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from culm.webhooks import checks, types


def _described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form; it is `checks` that refuses another."""
    return msgspec.Meta(extra_json_schema=schema)


Url = Annotated[str, _described(format="uri", maxLength=checks.MAX_URL)]
Types = Annotated[
    tuple[Annotated[str, _described(pattern=f"^{checks.TYPE.pattern}$")], ...],
    _described(maxItems=checks.MAX_TYPES),
]
Description = Annotated[str, _described(maxLength=checks.MAX_DESCRIPTION)]
Overlap = Annotated[int, _described(minimum=0, maximum=checks.MAX_OVERLAP_SECONDS)]

DEFAULT_OVERLAP_SECONDS = 86_400
MAX_SLICE = 100
"""How many facts of a replay are made due at once."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of webhooks, by the tenant that the request names."""


class CreateEndpoint(Command, frozen=True):
    """Have a URL told of events of some types, or of all of them where none is given."""

    url: Url
    event_types: Types = ()
    payload: types.Payload = "full"
    signature: types.Signature = "hmac"
    description: Description = ""


class UpdateEndpoint(Command, frozen=True):
    """Change where and what an endpoint is told; what is left out stays as it is."""

    endpoint: str
    url: Url | msgspec.UnsetType = msgspec.UNSET
    event_types: Types | msgspec.UnsetType = msgspec.UNSET
    payload: types.Payload | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET


class EnableEndpoint(Command, frozen=True):
    """Tell an endpoint of events from now on."""

    endpoint: str


class DisableEndpoint(Command, frozen=True):
    """Tell an endpoint of nothing until it is enabled again."""

    endpoint: str


class DeleteEndpoint(Command, frozen=True):
    """Forget an endpoint."""

    endpoint: str


class RotateSecret(Command, frozen=True):
    """Give an endpoint a new secret; for so many seconds both sign."""

    endpoint: str
    overlap_seconds: Overlap = DEFAULT_OVERLAP_SECONDS


class SendTest(Command, frozen=True):
    """Record an event that is sent to this endpoint alone."""

    endpoint: str


class ReplayDelivery(Command, frozen=True):
    """Send one event to an endpoint again, whatever became of it before."""

    endpoint: str
    event: str


class ReplaySince(Command, frozen=True):
    """Send an endpoint all events since a time that it has not got; with `again`, those too that
    it has."""

    endpoint: str
    since: datetime
    again: bool = False


class RecordFailure(Command, frozen=True):
    """Record that an attempt has failed.

    `jitter_percent` (-10 to 10) is how the next wait differs from the schedule; it is drawn by
    whoever asks. `retry_after_seconds` is what the receiver wished; `gone` that it answered 410;
    `last_success` when the endpoint last took anything, where that matters.
    """

    endpoint: str
    event: str
    attempt: int
    jitter_percent: int
    retry_after_seconds: int | None = None
    gone: bool = False
    last_success: datetime | None = None


class RecordSuccess(Command, frozen=True):
    """Record that an attempt after the first has succeeded."""

    endpoint: str
    event: str
    attempt: int


class DeliverAgain(Command, frozen=True):
    """Make a delivery due whose time has come, after the attempt of this number."""

    endpoint: str
    event: str
    attempt: int


class GiveUp(Command, frozen=True):
    """Give up a delivery that is due: its endpoint is no longer enabled, or the event is not one of
    the tenant's."""

    endpoint: str
    event: str
    attempt: int


class AdvanceReplay(Command, frozen=True):
    """Make these facts due, all that a replay finds between two positions."""

    endpoint: str
    replay: str
    place: int
    to: int
    events: tuple[str, ...]


class Accepted(msgspec.Struct, frozen=True):
    """The event that will be sent."""

    event: str
