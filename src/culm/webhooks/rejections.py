"""Why webhooks say no. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class UrlInvalid(errors.Invalid):
    """The URL is not one that webhooks are sent to: https, a public host, no user, no fragment."""

    code: ClassVar[str] = "webhook_url_invalid"


class TypesInvalid(errors.Invalid):
    """Types are at most 100 names of events that can be told, or of a context with `.*` behind."""

    code: ClassVar[str] = "webhook_types_invalid"


class DescriptionInvalid(errors.Invalid):
    """A description has at most 200 printable characters."""

    code: ClassVar[str] = "webhook_description_invalid"


class OverlapInvalid(errors.Invalid):
    """A secret that was replaced stays valid for 0 seconds to 7 days."""

    code: ClassVar[str] = "webhook_overlap_invalid"


class TimeInvalid(errors.Invalid):
    """A replay begins at a time with an offset, in the past."""

    code: ClassVar[str] = "webhook_time_invalid"


class EndpointNotFound(errors.Rejection):
    """There is no such endpoint."""

    code: ClassVar[str] = "webhook_endpoint_not_found"
    status: ClassVar[int] = 404


class EventNotFound(errors.Rejection):
    """There is no such event, or it is not one that can be told."""

    code: ClassVar[str] = "webhook_event_not_found"
    status: ClassVar[int] = 404


class EndpointDisabled(errors.Rejection):
    """The endpoint is disabled. Enable it first."""

    code: ClassVar[str] = "webhook_endpoint_disabled"
    status: ClassVar[int] = 409


class TooManyEndpoints(errors.Rejection):
    """The tenant has as many endpoints as it may have."""

    code: ClassVar[str] = "webhook_too_many_endpoints"


class ReplayRunning(errors.Rejection):
    """A replay of this endpoint is under way."""

    code: ClassVar[str] = "webhook_replay_running"
    status: ClassVar[int] = 409


class ReplayNotFound(errors.NotFound):
    """The endpoint never had a replay."""

    code: ClassVar[str] = "webhook_replay_not_found"
