"""A bank over a directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.counter import Counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """Somebody at the counter of a new bank."""
    counter = Counter(tmp_path / "bank")
    yield counter
    counter.bank.close()
