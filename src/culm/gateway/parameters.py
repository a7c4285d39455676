"""Parameters of paths and queries: those that many routes share, and those that a route knows."""

from __future__ import annotations

import functools
from typing import Annotated, Final

from litestar import handlers
from litestar.params import ParameterKwarg, QueryParameter
from litestar.typing import FieldDefinition

from culm.gateway import forms as forms_
from culm.gateway import limits, schemas

Limit = Annotated[
    int, QueryParameter(ge=1, le=limits.MAX_PAGE, description="How many items a page has at most.")
]

Cursor = Annotated[
    str | None,
    QueryParameter(
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Where the page begins: `next_cursor` of the page before.",
    ),
]

Expand = Annotated[
    str | None,
    QueryParameter(
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Members of the answer to be given in place of their ids, with commas between.",
    ),
]

DEFAULT_LIMIT: Final = limits.DEFAULT_PAGE

_RESERVED: Final = frozenset({"data", "request"})
"""Arguments of a route that are no parameters of the request."""


def fields(handler: handlers.HTTPRouteHandler) -> dict[str, FieldDefinition]:
    """The parameters of a route, by the names of its arguments."""
    arguments = handler.parsed_fn_signature.parameters
    return {name: field for name, field in arguments.items() if name not in _RESERVED}


@functools.cache
def names(handler: handlers.HTTPRouteHandler) -> dict[str, str]:
    """What each argument of a route is called in requests: mostly the same."""
    return {name: public_name(name, field) for name, field in fields(handler).items()}


@functools.cache
def forms(handler: handlers.HTTPRouteHandler) -> dict[str, forms_.Form | None]:
    """How each parameter of a route is written, by its name in requests."""
    return {
        public_name(name, field): forms_.of(schemas.without_none(field.annotation))
        for name, field in fields(handler).items()
    }


def public_name(name: str, field: FieldDefinition) -> str:
    """What an argument is called in requests."""
    definition = field.kwarg_definition
    return (definition.name if isinstance(definition, ParameterKwarg) else None) or name
