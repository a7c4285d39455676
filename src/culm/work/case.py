"""A fact in hand: what is known of it, and what it has been through."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from culm.book import event as event_
from culm.facts import cloudevent
from culm.facts import fact as fact_


@dataclass(slots=True)
class Case:
    """A fact that a reactor was told of. `fact` is None when it cannot be decoded: `flaw` says why.

    `round` is that of the retry of a parked fact, else 0. `lane` is the digest of its aggregate.
    `waits` counts how often it had to wait, and `again` says that it may have been tried before.
    """

    id: str
    position: int
    tenant: str
    type: str
    correlation: str
    fact: fact_.Fact[Any] | None = None
    flaw: str = ""
    round: int = 0
    lane: str = ""
    waits: int = 0
    again: bool = False


def fact_of(row: event_.LogRow, event: event_.Event) -> fact_.Fact[Any]:
    """A row of the log as a fact."""
    return fact_.Fact(
        id=cloudevent.id_of(row.partition, row.position),
        event=event,
        tenant=row.tenant,
        time=row.time,
        actor=row.actor,
        correlation=row.correlation,
        causation=row.causation,
        partition=row.partition,
        position=row.position,
    )


def row_of(record: Any) -> event_.LogRow:
    """A record of `facts_at` as a row of the log."""
    return event_.LogRow(*record)


def lane_of(aggregate: str) -> str:
    """What stands for an aggregate in the log: it may be named by anything, so not its name."""
    return blake2b(aggregate.encode(errors="surrogatepass"), digest_size=8).hexdigest()
