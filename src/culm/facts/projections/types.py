"""What a projection says of itself to those who read it, and what they are refused."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from culm.kernel import errors

State = Literal["building", "live", "retired"]


class ProjectionNotBuilt(errors.Unavailable):
    """What was asked for is read from a projection that is being made for the first time. Nothing
    is wrong: it is there as soon as it has caught up with the log."""

    code = "projection_not_built"


class ProjectionUnknown(errors.NotFound):
    """There is no projection with this name."""

    code = "projection_unknown"


class RebuildReplaced(errors.CulmError):
    """While a projection was rebuilt, somebody began to rebuild it anew."""

    code = "rebuild_replaced"


class Lag(msgspec.Struct, frozen=True):
    """How far a projection is behind the log: events that it has not taken in yet, and how many
    seconds ago the first of them was recorded (0 when there is none)."""

    events: int
    seconds: float


class Progress(msgspec.Struct, frozen=True):
    """How far one generation of a projection is in one partition.

    `position` is where it goes on in the log, which has `size` events. `target` was the size when
    the generation was begun: before it is there, it does not go live. `oldest` is when the event at
    `position` was recorded.
    """

    projection: str
    generation: int
    partition: int
    version: int
    state: State
    tables: tuple[str, ...]
    position: int
    target: int
    size: int
    oldest: datetime | None

    def lag(self, now: datetime) -> Lag:
        """How far that is behind the log."""
        waited = 0.0 if self.oldest is None else (now - self.oldest).total_seconds()
        return Lag(max(0, self.size - self.position), max(0.0, waited))
