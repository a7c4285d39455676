"""The reactions to facts of batches: what came in is read and sealed, entry by entry, and deleted
when it was judged."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from culm.batches import commands, events, rejections
from culm.batches.parsing import sealing as parsing
from culm.batches.reads import batches, contents
from culm.facts import fact as fact_
from culm.security import sealing
from culm.work import reactor

PARTS_AT_ONCE: Final = 3
"""While the Book writes one part it decides about the next."""

READ_SECONDS: Final = 300.0
"""How long a batch may take to be read, sealed and judged."""


async def _read(fact: fact_.Fact[Any], means: reactor.Means) -> reactor.Commands:
    """Read a batch that came in; its entries, in parts, or why it is refused."""
    place = {"partition": fact.partition, "tenant": fact.tenant}
    batch = await batches.find(means.db, **place, batch=fact.event.id)  # type: ignore[arg-type]
    if batch.state in ("processed", "refused"):
        return None
    keys = sealing.of(means.db, means.settings)
    key = (await keys.keys(fact.tenant, [batch.subject])).get(batch.subject)
    sealed = await contents.load(means.db, **place, content=batch.content)  # type: ignore[arg-type]
    if key is None or sealed is None:
        return commands.RefuseBatch(batch=batch.id, reason=rejections.PayerErased.code)
    try:
        return await asyncio.to_thread(
            lambda: parsing.parts_of(batch, key.open(sealed, parsing.ABOUT), key)
        )
    except rejections.BatchesRejection as refusal:
        return commands.RefuseBatch(batch=batch.id, reason=refusal.code)


async def _forget(fact: fact_.Fact[Any], means: reactor.Means) -> None:
    """Delete what came in: who is paid stands in the transfers, sealed."""
    place = {"partition": fact.partition, "tenant": fact.tenant}
    batch = await batches.find(means.db, **place, batch=fact.event.id)  # type: ignore[arg-type]
    await contents.delete(means.db, **place, content=batch.content)  # type: ignore[arg-type]


READ: Final = reactor.Reactor(
    name="batches-read",
    on=(events.BatchReceived,),
    react=_read,
    begins="start",
    concurrency=1,
    timeout_seconds=READ_SECONDS,
    at_once=PARTS_AT_ONCE,
)
FORGET: Final = reactor.Reactor(
    name="batches-forget",
    on=(events.BatchProcessed, events.BatchRefused),
    react=_forget,
    begins="start",
)

REACTORS: Final = (READ, FORGET)
