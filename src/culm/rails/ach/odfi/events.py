"""The facts about the terms with the ODFI."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.rails.ach.odfi import types


class Configured(Event, frozen=True):
    """The tenant's files go to its bank under these terms from now on."""

    TYPE: ClassVar[str] = "ach.configured"
    terms: Annotated[types.AchTerms, Meta(description="The terms, all of them.")]
