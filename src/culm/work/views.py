"""Parked facts as those see them who look after them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.work import types


class ParkedFact(msgspec.Struct, frozen=True):
    """A parked fact, and what the reactor said when it failed last (`message`; null where it said
    nothing, or that was deleted). The fact itself is at `/v1/events/{fact}`.

    `code` says why it is parked: `timeout`, `error:ValueError`, `rejected:insufficient_funds`,
    `undecodable`, or `behind:evt_…` when it waits for an earlier one of its aggregate.
    """

    id: str
    tenant: str
    reactor: str
    fact: str
    type: str
    lane: str
    code: str
    attempts: int
    round: int
    state: types.State
    parked: datetime
    changed: datetime
    message: str | None = None
