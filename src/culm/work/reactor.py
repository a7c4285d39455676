"""What a context declares about its reactions to facts.

A reactor is told of facts in any number of processes, at least once each; the command that it
answers with is carried out once, because its key is made of the fact and the reactor's name. Only
reactors talk to the outside world.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import asyncpg
import msgspec

from culm.book import event as event_
from culm.facts import fact as fact_
from culm.kernel import clock, settings

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")

Commands = msgspec.Struct | Sequence[msgspec.Struct] | None


class Means(Protocol):
    """What a reaction has at hand: reads, the time, the settings. Changes are commands."""

    @property
    def db(self) -> asyncpg.Pool[Any]:
        """Connections for reads."""

    @property
    def clock(self) -> clock.Clock:
        """The time."""

    @property
    def settings(self) -> settings.Settings:
        """The settings of the process."""


React = Callable[["fact_.Fact[Any]", Means], Awaitable[Commands]]


class Later(Exception):
    """Raised by a reaction that cannot be done yet, for no fault of its own: it is tried again
    after so many seconds, and that is not counted as a failure."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """How long to wait before an attempt: twice as long each time, with jitter, up to a most."""

    first_seconds: float = 0.5
    most_seconds: float = 300.0


@dataclass(frozen=True, kw_only=True)
class Reactor:
    """Which facts, what to do, what follows.

    `on` lists event classes; empty means every fact. `react` may call the outside world, and
    returns the command (or commands) that follow, for the fact's own tenant, or None. What it
    raises is a failure: it is tried again up to `attempts` times, then parked with the reason. A
    command that the rules reject is parked at once, since it would be rejected again.
    """

    name: str
    """For ever: it names the queue, and is part of the keys of the commands."""
    on: tuple[type[event_.Event], ...]
    react: React
    tenant: str | None = None
    """Only facts of this tenant."""
    in_order_of: Callable[[fact_.Fact[Any]], str] | None = None
    """The aggregate of a fact: facts of one aggregate are reacted to one after the other, in the
    order of the log; those of others at the same time. None: no order at all."""
    concurrency: int = 16
    """Reactions under way at once in a process: the bulkhead."""
    timeout_seconds: float = 30.0
    """How long a reaction may take."""
    attempts: int = 10
    backoff: Backoff = Backoff()
    calls: str | None = None
    """The outside service that it calls: reactors that call the same one share a circuit breaker,
    and wait while it is open."""
    at_once: int = 1
    """How many of the commands that follow from a fact are asked for at once. They are decided in
    their order as long as none of them has to wait; from 2 on they must not depend on it."""
    begins: Literal["now", "start"] | int = "now"
    """Where a reactor that is new on a platform begins: at what happens from now on, at the start
    of the log, or at a position."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is not a name for a reactor")
