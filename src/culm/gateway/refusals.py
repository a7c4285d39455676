"""What the door itself refuses, before any context has seen the request."""

from __future__ import annotations

from culm.kernel import errors


class RequestMalformed(errors.Invalid):
    """What was sent is no request of HTTP/1.1 (RFC 9112); the connection is closed."""

    code = "request_malformed"
    advice = "Let an HTTP library write the request, and speak HTTP/1.1."


class HeadTooLarge(errors.Invalid):
    """The first line and header fields of the request are too large; the connection is closed."""

    code = "head_too_large"
    status = 431
    advice = "Send fewer or shorter header fields: 64 KiB with the first line are taken."


class JsonMalformed(errors.Invalid):
    """The body is not one JSON document in UTF-8 (RFC 8259)."""

    code = "json_malformed"
    advice = "Let a JSON library write the body, in UTF-8, with a Content-Length."


class MemberRepeated(errors.Invalid):
    """An object in the body names a member twice, so it says two things at once."""

    code = "member_repeated"
    advice = "Write the member that `field` names once."


class HeaderInvalid(errors.Invalid):
    """A header field is given twice, or has not the form that it should have."""

    code = "header_invalid"
    advice = "Correct the header that `field` names; the description of the API says its form."


class VersionUnknown(errors.Invalid):
    """The header Culm-Version names no version of the API that this release speaks."""

    code = "version_unknown"
    advice = "Name one of the versions that the answer lists, or leave the header out."


class TargetTooLong(errors.Invalid):
    """The path and query of the request are too long."""

    code = "target_too_long"
    status = 414


class BodyTooLarge(errors.Invalid):
    """The body of the request is too large."""

    code = "body_too_large"
    status = 413
    advice = "Send less at once: bulk operations and files can be split."


class BodyTimeout(errors.Invalid):
    """The body did not come in time. Nothing was done; the connection is closed."""

    code = "body_timeout"
    status = 408
    advice = "Send the same request again on a new connection, in one piece."


class MediaTypeUnsupported(errors.Invalid):
    """The body is not declared as what is taken here: mostly Content-Type: application/json."""

    code = "media_type_unsupported"
    status = 415
    advice = (
        "Declare the body as one of the types that the operation takes, and do not compress it."
    )


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


class DeadlineExceeded(errors.CulmError):
    """The request could not be answered in time. A command may have been carried out or not; under
    its idempotency key it can be sent again."""

    code = "deadline_exceeded"
    status = 503
    retry_after_seconds = 5
    advice = errors.OutcomeUnknown.advice


class Internal(errors.CulmError):
    """Something failed on our side. Ask again with the same idempotency key; whoever runs the
    platform finds the cause by the request id."""

    code = "internal"
    status = 500
    advice = (
        "Send the same request again under the same Idempotency-Key. Should it fail again, tell "
        "whoever runs the platform the request_id."
    )
