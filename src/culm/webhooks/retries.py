"""What brings waiting deliveries back when their time has come. When that is, is state of the Book:
whichever process looks next, after whatever outage, finds them; and each is made due once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from culm.kernel import ids
from culm.webhooks import commands, tables, types
from culm.webhooks.reads import queries

AT_ONCE: Final = 1_000
ACTOR: Final = "webhooks"


class Submit(Protocol):
    """How a command is asked for: `Platform.submit`."""

    async def __call__(self, command: msgspec.Struct, *, tenant: str, actor: str) -> Any:
        """Have it decided."""


async def fire_due(db: queries.Database, submit: Submit, *, partition: int, now: datetime) -> int:
    """Make due every delivery of a partition whose time has come; how many there were."""
    fired = 0
    while True:
        rows = await db.fetch(queries.QUERIES["due"], partition, now, AT_ONCE)
        await asyncio.gather(*(_fire(row, submit) for row in rows))
        fired += len(rows)
        if len(rows) < AT_ONCE:
            return fired


async def _fire(row: Any, submit: Submit) -> None:
    command = commands.DeliverAgain(
        endpoint=ids.from_number(types.PREFIX, row["endpoint"]),
        event=ids.from_number(tables.EVENT_PREFIX, row["event"]),
        attempt=row["attempt"],
    )
    await submit(command, tenant=row["tenant"], actor=ACTOR)
