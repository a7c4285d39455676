"""Query parameters that many routes share."""

from __future__ import annotations

from typing import Annotated, Final

from litestar.params import Parameter

from culm.gateway import limits

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
