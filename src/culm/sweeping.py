"""Sweeping: holds whose time has come are given back, deliveries are tried again, and what is
kept for a while only is let go of."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Final

from culm import app
from culm.ledger import commands, reads
from culm.webhooks import retries
from culm.webhooks.reads import attempts
from culm.work import reads as work

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


async def retry_deliveries(platform: app.Platform) -> int:
    """Make due the webhooks whose next attempt's time has come; how many there were."""
    fired = 0
    for partition in range(len(platform.books)):
        fired += await retries.fire_due(
            platform.db, platform.submit, partition=partition, now=platform.clock()
        )
    return fired


async def prune_failures(platform: app.Platform) -> None:
    """Delete what reactors said long ago about facts that are not parked any more."""
    before = platform.clock() - timedelta(days=work.KEPT_DAYS)
    for partition in range(len(platform.books)):
        await work.prune(platform.db, partition=partition, before=before)


async def prune_attempts(platform: app.Platform) -> int:
    """Delete what was noted of attempts at webhooks long ago; how many there were."""
    before = platform.clock() - timedelta(days=attempts.KEPT_DAYS)
    return await attempts.prune(platform.db, before)
