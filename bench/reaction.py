"""The reactor that is measured: it notes how long after it was recorded a fact's reaction began."""

from __future__ import annotations

from typing import Final

from culm.facts import fact as fact_
from culm.ledger import events
from culm.work import reactor

waits_ms: Final[list[float]] = []


async def note(fact: fact_.Fact[events.TransactionPosted], means: reactor.Means) -> None:
    """The reaction: how long ago was it?"""
    waits_ms.append((means.clock() - fact.time).total_seconds() * 1_000)


REACTORS: Final = (reactor.Reactor(name="bench", on=(events.TransactionPosted,), react=note),)
