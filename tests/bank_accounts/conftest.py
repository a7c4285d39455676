"""A customer with a bank account, the ACH rail and the sandbox bank."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import conftest
from tests.bank_accounts import world as world_
from tests.rails.ach.sending import desk


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[world_.World]:
    """On PostgreSQL, on a virtual clock that stands on a Monday at 10:00 in New York."""
    async with conftest.ledger_on(database_url, catalog_=world_.with_use()) as ledger:
        world = world_.World(ledger, tmp_path)
        await world.open(clock=desk.MONDAY)
        yield world
        if world.bank is not None:
            world.bank.close()
