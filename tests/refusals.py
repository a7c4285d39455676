"""What is refused, as callers of the client hear it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from culm.client import errors


@contextmanager
def refused(code: str, field: str | None = None) -> Iterator[None]:
    """Within this block something is refused with this code, and this field where one is named."""
    with pytest.raises(errors.Problem) as raised:
        yield
    assert raised.value.code == code
    if field is not None:
        assert raised.value.field == field
