"""Query parameters that many routes share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from litestar.params import Parameter

from culm.gateway import limits, refusals

Limit = Annotated[
    int, Parameter(ge=1, le=limits.MAX_PAGE, description="How many items a page has at most.")
]

Cursor = Annotated[
    str | None,
    Parameter(
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Where the page begins: `next_cursor` of the page before.",
    ),
]

DEFAULT_LIMIT: Final = limits.DEFAULT_PAGE


def moment(value: datetime | None, name: str) -> datetime | None:
    """A time with its offset from UTC. Raises `ParameterInvalid` without one."""
    if value is not None and value.tzinfo is None:
        raise refusals.ParameterInvalid(
            "A time carries its offset from UTC, as in 2026-03-31T23:59:59Z.", field=name
        )
    return value
