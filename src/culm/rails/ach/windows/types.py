"""The state of windows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from culm.rails.ach.odfi import types as odfi

PREFIX: Final = "win"
BATCH: Final = "abt"
"""Of the ids of windows, and of the batches that are cut of what waits in them."""

Service = Literal["standard", "same_day"]
State = Literal["open", "closed"]


class Window(msgspec.Struct, frozen=True):
    """What is sent together: it `closes` at a cut-off, and settles on the effective entry date.

    `waiting` transfers are in it that no batch has taken, and `cut` holds the batches that no file
    has taken. `files` have been made of it, all under the `terms` as they were when it closed.
    """

    id: str
    number: int
    tenant: str
    service: Service
    closes: datetime
    effective: date
    settles: datetime
    state: State = "open"
    waiting: int = 0
    cut: tuple[str, ...] = ()
    files: int = 0
    terms: odfi.AchTerms | None = None
