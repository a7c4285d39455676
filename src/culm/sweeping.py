"""Sweeping: holds whose time has come are given back."""

from __future__ import annotations

import itertools
from typing import Final

from culm import app
from culm.ledger import commands, reads

SWEEP_HOLDS: Final = 1_000
"""How many holds are expired at once."""


async def sweep_holds(platform: app.Platform) -> int:
    """Expire the holds whose time has come; how many there were."""
    swept = 0
    for partition in range(len(platform.books)):
        while some := await _sweep_some(platform, partition):
            swept += some
    return swept


async def _sweep_some(platform: app.Platform, partition: int) -> int:
    due = await reads.due_holds(
        platform.db, partition=partition, now=platform.clock(), limit=SWEEP_HOLDS
    )
    expired = 0
    for tenant, holds in itertools.groupby(sorted(due), key=lambda pair: pair[0]):
        command = commands.ExpireHolds(holds=tuple(hold for _, hold in holds))
        answer = await platform.submit(command, tenant=tenant, actor="sweep")
        expired += len(answer.holds)
    return expired
