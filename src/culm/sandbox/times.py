"""The time that a tenant keeps: its virtual clock's, or the real one."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from culm.kernel import clock
from culm.timers import reads, rejections


class Platform(Protocol):
    """What tells the time of the platform."""

    @property
    def db(self) -> reads.Database:
        """Connections for reads."""

    @property
    def clock(self) -> clock.Clock:
        """The real time."""

    def partition_of(self, tenant: str) -> int:
        """The partition of a tenant."""


async def of(platform: Platform, tenant: str) -> datetime:
    """The tenant's time."""
    try:
        found = await reads.clock(
            platform.db, partition=platform.partition_of(tenant), tenant=tenant
        )
    except rejections.ClockNotFound:
        return platform.clock()
    return found.now
