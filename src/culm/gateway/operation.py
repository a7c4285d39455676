"""What the API's description says of a route beside its signature."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from litestar import handlers

from culm.kernel import errors

REFUSES: Final = "refuses"
EXAMPLE: Final = "example"
METHOD: Final = "method"


class Described(TypedDict):
    """Arguments of Litestar's route decorators."""

    operation_id: str
    opt: dict[str, Any]


def operation(
    id_: str,
    *refuses: type[errors.CulmError],
    example: dict[str, Any] | None = None,
    method: str | None = None,
) -> Described:
    """The name of an operation, the errors of its own that it may answer with, and a body that
    shows how it is used: `@post("/assets", **operation("register_asset", AssetInvalid, ...))`.
    `method` is what it is called in clients, where that does not follow from name and path."""
    return {"operation_id": id_, "opt": {REFUSES: refuses, EXAMPLE: example, METHOD: method}}


def refused_by(handler: handlers.HTTPRouteHandler) -> tuple[type[errors.CulmError], ...]:
    """The errors that a route declares."""
    found: tuple[type[errors.CulmError], ...] = handler.opt.get(REFUSES, ())
    return found


def example_of(handler: handlers.HTTPRouteHandler) -> dict[str, Any] | None:
    """The example of a route's body."""
    example: dict[str, Any] | None = handler.opt.get(EXAMPLE)
    return example


def method_of(handler: handlers.HTTPRouteHandler) -> str | None:
    """What a route is called in clients, where it says so."""
    method: str | None = handler.opt.get(METHOD)
    return method
