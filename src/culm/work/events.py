"""Facts about facts: which were set aside, tried again, settled or given up.

They say why by a code. What was said in words may hold anything, and is kept where it can be
deleted.
"""

from __future__ import annotations

from typing import ClassVar

from culm.book.event import Event
from culm.work import terms


class Parked(Event, frozen=True):
    """A reactor was not done with a fact, and it was set aside; see `types.Parked`."""

    TYPE: ClassVar[str] = "work.parked"
    reactor: terms.Reactor
    fact: terms.FactId
    type: terms.Type
    code: terms.Code
    attempts: terms.Attempts
    lane: terms.Lane = ""
    round: terms.Round = 0


class Retried(Event, frozen=True):
    """A reactor is to try a parked fact again, for the `round`th time."""

    TYPE: ClassVar[str] = "work.retried"
    reactor: terms.Reactor
    fact: terms.FactId
    round: terms.Round


class Settled(Event, frozen=True):
    """A reactor was done with a parked fact when it tried it again."""

    TYPE: ClassVar[str] = "work.settled"
    reactor: terms.Reactor
    fact: terms.FactId
    round: terms.Round


class Dropped(Event, frozen=True):
    """A parked fact was given up."""

    TYPE: ClassVar[str] = "work.dropped"
    reactor: terms.Reactor
    fact: terms.FactId
