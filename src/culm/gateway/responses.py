"""The answers of each route, as the API's description lists them: the good one, and every error."""

from __future__ import annotations

from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

from culm.gateway import answers, headers, operation, problems, refusals, samples, schemas
from culm.kernel import denials, errors

Json = dict[str, Any]

_FOR_TENANTS: Final = (
    *denials.ALL,
    refusals.HeaderInvalid,
    refusals.VersionUnknown,
    errors.ParameterInvalid,
    refusals.TargetTooLong,
    errors.Unavailable,
    errors.Busy,
    refusals.DeadlineExceeded,
)
_WITH_BODY: Final = (
    errors.Invalid,
    refusals.JsonMalformed,
    refusals.MemberRepeated,
    refusals.BodyTooLarge,
    refusals.BodyTimeout,
    refusals.MediaTypeUnsupported,
    errors.KeyConflict,
    errors.InProgress,
    errors.OutcomeUnknown,
)


_NAMED: Final[Json] = {
    headers.VERSION: {
        "description": "The version of the API that the answer is written in.",
        "schema": {"type": "string"},
    },
    headers.REQUEST_ID: {
        "description": "The request's own id, or the one that was made up for it.",
        "schema": {"type": "string"},
    },
}


_DEPRECATED: Final[Json] = {
    "Deprecation": {"description": "Since when (RFC 9745).", "schema": {"type": "string"}},
    "Sunset": {"description": "Until when it works (RFC 8594).", "schema": {"type": "string"}},
    "Link": {"description": "What to do instead.", "schema": {"type": "string"}},
}
"""What answers say of an operation that is deprecated, or of an older version of the API."""


_RATED: Final[Json] = {
    "RateLimit": {
        "description": "What is left of the key's limits (draft-ietf-httpapi-ratelimit-headers).",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "The limits of the key: requests a second, and a day.",
        "schema": {"type": "string"},
    },
}
"""What answers say of a key's limits, once the key is known."""

_CHALLENGE: Final[Json] = {
    "WWW-Authenticate": {
        "description": "How to authenticate (RFC 9110 §11.6.1).",
        "schema": {"type": "string"},
    }
}


def responses(handler: HTTPRouteHandler, types: schemas.Schemas, *, for_tenants: bool) -> Json:
    """Every answer of a route, by status. Those for tenants read their headers."""
    described: Json = {
        str(handler.status_code): {
            "description": "What was asked for.",
            "headers": dict(_NAMED),
            "content": _content(handler, types),
        }
    }
    for status, kinds in sorted(_refusals(handler, for_tenants=for_tenants).items()):
        described[str(status)] = _refusal(status, kinds, types)
    for response in described.values():
        response["headers"] |= _RATED if for_tenants else {}
        response["headers"] |= _DEPRECATED if handler.opt.get(operation.DEPRECATED) else {}
    return described


def _content(handler: HTTPRouteHandler, types: schemas.Schemas) -> Json:
    """The forms of the good answer, by media type, each with an example."""
    given = operation.answer_of(handler)
    if files := operation.files_of(handler):
        examples = given or {}
        return {
            media_type: {"schema": {"contentMediaType": media_type}}
            | ({"example": examples[media_type]} if media_type in examples else {})
            for media_type in files
        }
    json = operation.returned_by(handler) is not str
    schema = _shown(handler, types)
    example = samples.sample(schema, types.components) if given is None else given
    return {answers.JSON if json else answers.TEXT: {"schema": schema, "example": example}}


def _shown(handler: HTTPRouteHandler, types: schemas.Schemas) -> Json:
    """The schema of a route's answer; of one with members that can be expanded, with both forms."""
    plain = types.of(operation.returned_by(handler))
    either = {
        name: [{"type": "string"}, types.of(one.type)]
        for name, one in operation.expanded_by(handler).items()
    }
    return types.expandable(plain, either) if either else plain


def _refusals(handler: HTTPRouteHandler, *, for_tenants: bool) -> dict[int, list[problems.Kind]]:
    """The errors that a route may answer with, by status."""
    found: list[type[errors.CulmError]] = [*operation.refused_by(handler)]
    found.append(refusals.Internal)
    if for_tenants:
        found += _FOR_TENANTS
    if operation.has_body(handler):
        found += _WITH_BODY
    by_status: dict[int, list[problems.Kind]] = {}
    for error in dict.fromkeys(found):
        by_status.setdefault(error.status, []).append(problems.kind(error))
    return by_status


def _refusal(status: int, kinds: list[problems.Kind], types: schemas.Schemas) -> Json:
    described: Json = {
        "description": "\n".join(f"- `{kind.code}`: {kind.description}" for kind in kinds),
        "headers": dict(_NAMED),
        "content": {
            problems.MEDIA_TYPE: {
                "schema": types.of(problems.Problem),
                "examples": {kind.code: {"value": _example(kind)} for kind in kinds},
            }
        },
    }
    if status == denials.Unauthenticated.status:
        described["headers"] |= _CHALLENGE
    if status in (errors.Unavailable.status, denials.RateLimited.status):
        retry = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        described["headers"]["Retry-After"] = retry
    return described


def _example(kind: problems.Kind) -> Json:
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": kind.description,
        "request_id": "3f0c2d9b1a5e4c7f8d6b0a1e2c3f4a5b",
    }
