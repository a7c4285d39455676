"""What the door needs of the platform behind it. The composition root brings it."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from culm.book import catalog, idempotency, seals
from culm.gateway import doors
from culm.kernel import clock, database, settings


class Platform(Protocol):
    """The one platform of this process. Routes reach it as `request.platform`."""

    @property
    def settings(self) -> settings.Settings:
        """The settings of the process; `default_tenant` is whom a request without one is for."""

    @property
    def admission(self) -> doors.Admission:
        """Who decides which requests are let in."""

    @property
    def catalog(self) -> catalog.Catalog:
        """What the contexts bring: commands, events, state."""

    @property
    def seals(self) -> seals.Seals:
        """Checkpoints and proofs of every partition."""

    @property
    def clock(self) -> clock.Clock:
        """The time."""

    def reads_of(self, tenant: str) -> database.Reader:
        """The reads of one tenant: the database shows them no other's rows."""

    def partition_of(self, tenant: str) -> int:
        """The partition that holds a tenant's books."""

    async def submit(
        self,
        command: msgspec.Struct,
        *,
        tenant: str,
        key: str | None = None,
        actor: str = "system",
        correlation: str | None = None,
        said: idempotency.Said | None = None,
    ) -> Any:
        """Have a command decided by the Book of its tenant; returns its result once durable."""

    async def ready(self) -> bool:
        """Whether commands and reads can be served right now."""

    async def waiting(self) -> tuple[int, float]:
        """How many facts are in the log and are not known to have gone out, over all partitions,
        and how many seconds the oldest of them has waited."""
