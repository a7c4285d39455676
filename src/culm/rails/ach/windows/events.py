"""The facts about windows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.rails.ach import terms
from culm.rails.ach.odfi import types as odfi
from culm.rails.ach.windows import types


class WindowOpened(Event, frozen=True):
    """The first transfer waits for a cut-off."""

    TYPE: ClassVar[str] = "ach.window_opened"
    id: terms.WindowId
    service: Annotated[types.Service, Meta(description="Settles on the same day, or on the next.")]
    closes: Annotated[datetime, Meta(tz=True, description="The cut-off, in UTC.")]
    effective: terms.Effective
    settles: Annotated[datetime, Meta(tz=True, description="When its entries settle, in UTC.")]


class WindowClosed(Event, frozen=True):
    """A cut-off has come: what waits for it is sent."""

    TYPE: ClassVar[str] = "ach.window_closed"
    id: terms.WindowId
    transfers: Annotated[int, Meta(description="How many transfers wait.")]
    terms: Annotated[odfi.AchTerms, Meta(description="The terms under which they are sent.")]
