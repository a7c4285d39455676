"""Sweeping: deliveries are tried again, and what is kept for a while only is let go of."""

from __future__ import annotations

from datetime import timedelta

from culm import app
from culm.webhooks import retries
from culm.webhooks.reads import attempts
from culm.work import reads as work


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
