"""Recurring payments in memory, and on PostgreSQL."""

from __future__ import annotations

import pytest

from tests import conftest
from tests.recurring.world import World


@pytest.fixture
async def world(memory_ledger: conftest.Ledger) -> World:
    """The tenant in memory, for rules that need no database."""
    return await World(memory_ledger).begin()


@pytest.fixture
async def stored(ledger: conftest.Ledger) -> World:
    """The tenant on PostgreSQL."""
    return await World(ledger).begin()
