"""What the API's description says of a route beside its signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypedDict

from litestar import handlers

from culm.gateway import deprecations, expansions, limits
from culm.kernel import errors

REFUSES: Final = "refuses"
EXAMPLE: Final = "example"
METHOD: Final = "method"
RETURNS: Final = "returns"
FILES: Final = "files"
TAKES: Final = "takes"
MAX_BYTES: Final = "max_bytes"
DEPRECATED: Final = "deprecated"
EXPANDS: Final = "expands"
ANSWER: Final = "answer"
OPEN: Final = "open"
CONTEXT: Final = "context"
METER: Final = "meter"

Meter = Literal["read", "write", "bulk"]
"""What a request is counted as: each key has a meter of each kind."""


class Described(TypedDict):
    """Arguments of Litestar's route decorators."""

    operation_id: str
    opt: dict[str, Any]


def operation(
    id_: str,
    *refuses: type[errors.CulmError],
    example: Any = None,
    open_: bool = False,
    context: str | None = None,
    meter: Meter | None = None,
    method: str | None = None,
    returns: Any = None,
    files: Sequence[str] = (),
    takes: Sequence[str] = (),
    max_bytes: int = limits.MAX_BODY_BYTES,
    deprecated: deprecations.Deprecation | None = None,
    expands: expansions.Expansions | None = None,
    answer: Any = None,
) -> Described:
    """The name of an operation, the errors of its own that it may answer with, and a body that
    shows how it is used: `@post("/assets", **operation("register_asset", AssetInvalid, ...))`.

    Without a key only an `open_` one can be used. `context` is the one whose scopes a key needs,
    where it is not the route's own; `meter` what it is counted as, where its verb does not say it.
    `method` is what it is called in clients, where that does not follow from name and path.

    `returns` is the type of what it answers, where its function says only that it is an `Answer`;
    `files` the media types that it answers in, where that is neither JSON nor text.
    `takes` are the media types of a body that is no JSON, which `Request.upload` reads; any body
    may have at most `max_bytes`. One that is `deprecated` says so in its answers.
    `answer` is an example of its answer, where one made from the schema would not do.
    `expands` are the members of its answer that `Request.expanded` puts in place of their ids.
    """
    opt = {REFUSES: refuses, EXAMPLE: example, METHOD: method, RETURNS: returns}
    opt |= {FILES: tuple(files), TAKES: tuple(takes), MAX_BYTES: max_bytes}
    opt |= {DEPRECATED: deprecated, EXPANDS: expands or {}, ANSWER: answer}
    return {"operation_id": id_, "opt": opt | {OPEN: open_, CONTEXT: context, METER: meter}}


def refused_by(handler: handlers.HTTPRouteHandler) -> tuple[type[errors.CulmError], ...]:
    """The errors that a route declares."""
    found: tuple[type[errors.CulmError], ...] = handler.opt.get(REFUSES, ())
    return found


def example_of(handler: handlers.HTTPRouteHandler) -> Any:
    """The example of a route's body: what its JSON holds, or the text of a file."""
    return handler.opt.get(EXAMPLE)


def method_of(handler: handlers.HTTPRouteHandler) -> str | None:
    """What a route is called in clients, where it says so."""
    method: str | None = handler.opt.get(METHOD)
    return method


def returned_by(handler: handlers.HTTPRouteHandler) -> Any:
    """The type of what a route answers; bytes for files."""
    if files_of(handler):
        return bytes
    return handler.opt.get(RETURNS) or handler.parsed_fn_signature.return_type.annotation


def files_of(handler: handlers.HTTPRouteHandler) -> tuple[str, ...]:
    """The media types of the files that a route answers with."""
    files: tuple[str, ...] = handler.opt.get(FILES, ())
    return files


def taken_by(handler: handlers.HTTPRouteHandler) -> tuple[str, ...]:
    """The media types that a route takes as an upload; none where it takes JSON or nothing."""
    found: tuple[str, ...] = handler.opt.get(TAKES, ())
    return found


def has_body(handler: handlers.HTTPRouteHandler) -> bool:
    """Whether a route takes a body."""
    return handler.parsed_data_field is not None or bool(taken_by(handler))


def max_bytes_of(handler: handlers.HTTPRouteHandler) -> int:
    """How many bytes the body of a route may have."""
    found: int = handler.opt.get(MAX_BYTES, limits.MAX_BODY_BYTES)
    return found


def expanded_by(handler: handlers.HTTPRouteHandler) -> expansions.Expansions:
    """What of a route's answer can be expanded."""
    found: expansions.Expansions = handler.opt.get(EXPANDS, {})
    return found


def answer_of(handler: handlers.HTTPRouteHandler) -> Any:
    """The example of a route's answer, where it gives one."""
    return handler.opt.get(ANSWER)
