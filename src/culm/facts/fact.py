"""A fact in the hands of our own code: the event as its struct, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from culm.book import event as event_

E = TypeVar("E", bound=event_.Event)


@dataclass(frozen=True, slots=True)
class Fact(Generic[E]):
    """One event that was recorded. `id` is its public id (`evt_…`); `time` when, in UTC.

    `position` is its place in the log of its partition, from 0 without a gap.
    """

    id: str
    event: E
    tenant: str
    time: datetime
    actor: str
    correlation: str
    causation: str
    partition: int
    position: int
