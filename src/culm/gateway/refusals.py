"""What the door itself refuses, before any context has seen the request."""

from __future__ import annotations

from culm.kernel import errors


class JsonMalformed(errors.Invalid):
    """The body is not one JSON document in UTF-8 (RFC 8259)."""

    code = "json_malformed"


class MemberRepeated(errors.Invalid):
    """An object in the body names a member twice, so it says two things at once."""

    code = "member_repeated"


class HeaderInvalid(errors.Invalid):
    """A header field is given twice, or has not the form that it should have."""

    code = "header_invalid"


class OriginForbidden(errors.CulmError):
    """The request comes from a web page of another origin, or was sent to a name that is not this
    machine's own. While there is no authentication, only programs on this machine may ask."""

    code = "origin_forbidden"
    status = 403


class ParameterInvalid(errors.Invalid):
    """A part of the path, or of the query, has not the form that it should have."""

    code = "parameter_invalid"


class TargetTooLong(errors.Invalid):
    """The path and query of the request are too long."""

    code = "target_too_long"
    status = 414


class BodyTooLarge(errors.Invalid):
    """The body of the request is too large."""

    code = "body_too_large"
    status = 413


class BodyTimeout(errors.Invalid):
    """The body did not come in time. Nothing was done; the connection is closed."""

    code = "body_timeout"
    status = 408


class MediaTypeUnsupported(errors.Invalid):
    """The body is not declared as plain JSON: Content-Type: application/json."""

    code = "media_type_unsupported"
    status = 415


class RouteNotFound(errors.NotFound):
    """There is nothing at this path."""

    code = "route_not_found"


class MethodNotAllowed(errors.Invalid):
    """What is at this path does not know this method; the header Allow lists those it does."""

    code = "method_not_allowed"
    status = 405


class ProblemNotFound(errors.NotFound):
    """There is no error with this code."""

    code = "problem_not_found"


class Internal(errors.CulmError):
    """Something failed on our side. Ask again with the same idempotency key; whoever runs the
    platform finds the cause by the request id."""

    code = "internal"
    status = 500
