"""Whatever goes wrong while a request is served, turned into one problem document."""

from __future__ import annotations

import re
from typing import Any, Final

import asyncpg
import litestar
import structlog
from litestar import exceptions
from litestar.types import ExceptionHandlersMap

from culm.gateway import answers, headers, intake, limits, parameters, problems, refusals, wording
from culm.gateway import request as request_
from culm.kernel import errors

log = structlog.get_logger(__name__)

_OUT_OF_REACH: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
"""What a read raises when the database is not there; commands say `Unavailable` themselves."""

_MISSING: Final = re.compile(r"Missing required \w+ parameter '(\w+)'")

_Request = litestar.Request[Any, Any, Any]


def refused(request: _Request, error: errors.CulmError) -> answers.Answer:
    """What a context, the Book or the door refused."""
    if error.status >= refusals.Internal.status and not isinstance(error, errors.Busy):
        log.warning("a request failed", code=error.code, error=str(error), **_which(request))
    if error.field == "tenant" and error.field not in request.path_params:
        error.field = headers.TENANT  # by which it was named, if it was
    return _answer(request, error)


def unrouted(request: _Request, error: exceptions.HTTPException) -> answers.Answer:
    """What Litestar refused: unknown paths and methods, parameters of the wrong form."""
    if isinstance(error, exceptions.MethodNotAllowedException):
        return _method(request, (error.headers or {}).get("allow", "").split(", "))
    if isinstance(error, exceptions.NotFoundException):
        return _answer(request, refusals.RouteNotFound("There is nothing here.", field="path"))
    if isinstance(error, exceptions.ValidationException):
        return _answer(request, _parameter(request, error))
    if error.status_code < refusals.Internal.status:
        detail = (error.detail or "The request is malformed")[: limits.MAX_QUOTED]
        field = "Host" if "host" in detail.lower() else None
        return _answer(request, refusals.HeaderInvalid(f"{detail}.", field=field))
    return unexpected(request, error)


def unexpected(request: _Request, error: Exception) -> answers.Answer:
    """What nobody foresaw. The caller is told nothing about it; the log is told everything."""
    if isinstance(error, _OUT_OF_REACH):
        return refused(request, errors.Unavailable(repr(error)))
    log.error("a request failed", exc_info=error, **_which(request))
    return _answer(request, refusals.Internal(""))


HANDLERS: Final[ExceptionHandlersMap] = {
    errors.CulmError: refused,
    exceptions.HTTPException: unrouted,
    Exception: unexpected,
}


def _answer(
    request: _Request, error: errors.CulmError, *, extra: tuple[answers.Header, ...] = ()
) -> answers.Answer:
    problem = problems.problem(error, request_id=_request_id(request))
    return answers.refusal(problem, extra=extra)


def _method(request: _Request, known: list[str]) -> answers.Answer:
    """Litestar knows no HEAD, which we answer wherever there is a GET, and thinks that it answers
    OPTIONS."""
    heads = {"HEAD"} if "GET" in known else set()
    allow = ", ".join(sorted({*known, *heads} - {"OPTIONS"}))
    refusal = refusals.MethodNotAllowed(f"Here one may use {allow}.", field="method")
    return _answer(request, refusal, extra=((b"allow", allow.encode()),))


def _parameter(request: _Request, error: exceptions.ValidationException) -> errors.CulmError:
    """A path or query parameter of the wrong form, or a missing one; or no body."""
    if missing := _MISSING.match(error.detail):
        return errors.ParameterInvalid("The parameter is missing.", field=missing[1])
    first = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    name = str(first.get("key", ""))
    if name == "data":
        return refusals.JsonMalformed("The request has no body.", field=intake.BODY)
    field = parameters.names(request.route_handler).get(name, "")
    form = parameters.forms(request.route_handler).get(field)
    given = str(request.path_params.get(field) or request.query_params.get(field))
    if form is not None and not form.pattern.fullmatch(given):
        return errors.ParameterInvalid(form.sentence, field=field)
    message = str(first.get("message", error.detail))
    return errors.ParameterInvalid(wording.sentence(message), field=field or None)


def _request_id(request: _Request) -> str:
    return request.request_id if isinstance(request, request_.Request) else ""


def _which(request: _Request) -> dict[str, str]:
    return {
        "request_id": _request_id(request),
        "method": request.method,
        "route": str(request.scope.get("path_template", "")),
    }
