"""The reactors of this process on all partitions. Which there are may change while they run."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Final, NamedTuple, Protocol

import structlog

from culm.book import catalog as catalog_
from culm.facts import bus as bus_
from culm.facts import lead
from culm.kernel import errors
from culm.work import attempt, counts, handler, ordered, reading, unordered
from culm.work import breaker as breaker_
from culm.work import reactor as reactor_

log = structlog.get_logger(__name__)

AGAIN_SECONDS: Final = 1.0

AWAY_SECONDS: Final = 5.0
"""A leader that has not reached NATS for so long lets another process lead."""

LOOK_SECONDS: Final = 0.25

_IN_PLACE: Final = frozenset({"react", "in_order_of"})
"""What may differ between two declarations without their queues being others."""


class ReactorTwice(errors.CulmError):
    """Two reactors have the same name: their queues and their commands' keys would be one."""

    code = "reactor_twice"


class Platform(reactor_.Means, Protocol):
    """What reactors need of the platform of this process."""

    @property
    def catalog(self) -> catalog_.Catalog:
        """Every event there is."""

    @property
    def submit(self) -> attempt.Submit:
        """How commands get to the Book of their tenant."""

    def partition_of(self, tenant: str) -> int:
        """The partition of a tenant."""


class Numbers(NamedTuple):
    """What is counted of one reactor on one partition in this process."""

    reactor: str
    partition: int
    counts: counts.Counts


class _Post(NamedTuple):
    """One reactor at work on one partition."""

    runner: unordered.Unordered | ordered.Ordered
    task: asyncio.Task[None]


class Crew:
    """Runs a set of reactors. `run` it; `set_reactors` before and while it runs."""

    def __init__(
        self,
        platform: Platform,
        *,
        bus: bus_.Bus,
        leads: lead.Leads,
        partitions: int,
        stop_seconds: float = unordered.STOP_SECONDS,
    ) -> None:
        self._platform = platform
        self._bus = bus
        self._leads = leads
        self._partitions = partitions
        self._stop_seconds = stop_seconds
        self._reactors: dict[str, reactor_.Reactor] = {}
        self._changed = asyncio.Event()
        self._posts: dict[tuple[str, int], _Post] = {}
        self._leaving: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._breakers: dict[str, breaker_.Breaker] = {}

    def set_reactors(self, reactors: Sequence[reactor_.Reactor]) -> None:
        """These are the reactors from now on. Raises `ReactorTwice`."""
        require_distinct(reactors)
        self._reactors = {reactor.name: reactor for reactor in reactors}
        self._changed.set()

    def numbers(self) -> list[Numbers]:
        """What is counted at present."""
        return [Numbers(*key, post.runner.handler.counts) for key, post in self._posts.items()]

    def breakers(self) -> dict[str, breaker_.Breaker]:
        """The circuit breakers of this process, by what is called."""
        return self._breakers

    async def run(self) -> None:
        """Have them react, until cancelled; then let what is under way end."""
        try:
            while True:
                self._changed.clear()
                self._arrange()
                await self._changed.wait()
        finally:
            for key in list(self._posts):
                self._dismiss(key)
            if self._leaving:
                await asyncio.wait(self._leaving.values())

    def _arrange(self) -> None:
        """Let those go that are not wanted any more, and begin those that are new."""
        wanted = dict(self._wanted())
        for key, post in list(self._posts.items()):
            declared = wanted.get(key)
            if declared is not None and is_same_queue(post.runner.handler.reactor, declared):
                post.runner.handler.reactor = declared
            else:
                self._dismiss(key)
        for key in wanted.keys() - self._posts.keys():
            self._posts[key] = self._begin(key, wanted[key])

    def _wanted(self) -> Iterator[tuple[tuple[str, int], reactor_.Reactor]]:
        for name, reactor in self._reactors.items():
            of_one = None if reactor.tenant is None else self._platform.partition_of(reactor.tenant)
            for partition in range(self._partitions) if of_one is None else (of_one,):
                yield (name, partition), reactor

    def _begin(self, key: tuple[str, int], reactor: reactor_.Reactor) -> _Post:
        runner = self._runner(key[1], reactor)
        return _Post(runner, asyncio.create_task(self._work(key, runner)))

    def _runner(
        self, partition: int, reactor: reactor_.Reactor
    ) -> unordered.Unordered | ordered.Ordered:
        platform = self._platform
        handles = handler.Handler(
            reactor,
            partition=partition,
            db=platform.db,
            means=platform,
            submit=platform.submit,
            breaker=self._breaker(reactor.calls),
        )
        kind = unordered.Unordered if reactor.in_order_of is None else ordered.Ordered
        return kind(
            handles,
            reading_=reading.Reading(platform.db, platform.catalog, partition),
            db=platform.db,
            stop_seconds=self._stop_seconds,
        )

    def _breaker(self, calls: str | None) -> breaker_.Breaker | None:
        if calls is None:
            return None
        if calls not in self._breakers:
            self._breakers[calls] = breaker_.Breaker(
                failures=breaker_.FAILURES, rest_seconds=breaker_.REST_SECONDS
            )
        return self._breakers[calls]

    async def _work(
        self, key: tuple[str, int], runner: unordered.Unordered | ordered.Ordered
    ) -> None:
        if (before := self._leaving.get(key)) is not None:
            await asyncio.wait({before})  # the one of the same name that was declared otherwise
        if isinstance(runner, ordered.Ordered):
            await self._leads.lead(f"reactor-{key[0]}-{key[1]}", lambda: self._while_there(runner))
        else:
            await self._go_on(runner)

    async def _while_there(self, runner: ordered.Ordered) -> None:
        """Run one that leads, and let another process lead when NATS is out of reach from here."""
        task = asyncio.create_task(self._go_on(runner))
        try:
            await self._until_away()
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _until_away(self) -> None:
        now = asyncio.get_running_loop().time
        there = now() if self._bus.connected else now() - AWAY_SECONDS
        while now() - there < AWAY_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            there = now() if self._bus.connected else there

    async def _go_on(self, runner: unordered.Unordered | ordered.Ordered) -> None:
        while True:
            try:
                await self._bus.use(runner.run)
            except Exception:  # a defect: the others go on, and this one tries again
                log.exception("a reactor has failed", reactor=runner.handler.reactor.name)
            await asyncio.sleep(AGAIN_SECONDS)

    def _dismiss(self, key: tuple[str, int]) -> None:
        """Have one stop. Its successor waits until it has."""
        post = self._posts.pop(key)
        post.runner.stopping = True
        post.task.cancel()
        self._leaving[key] = post.task
        post.task.add_done_callback(lambda task: self._left(key, task))

    def _left(self, key: tuple[str, int], task: asyncio.Task[None]) -> None:
        if self._leaving.get(key) is task:
            del self._leaving[key]


def require_distinct(reactors: Sequence[reactor_.Reactor]) -> None:
    """Refuse two of the same name, with `ReactorTwice`."""
    names = Counter(reactor.name for reactor in reactors)
    if twice := sorted(name for name, count in names.items() if count > 1):
        raise ReactorTwice(f"more than one reactor is called {', '.join(twice)}")


def is_same_queue(one: reactor_.Reactor, other: reactor_.Reactor) -> bool:
    """Whether a reactor that runs can go on with another declaration of it as it is."""
    if (one.in_order_of is None) != (other.in_order_of is None):
        return False
    kept = [field.name for field in fields(reactor_.Reactor) if field.name not in _IN_PLACE]
    return all(getattr(one, name) == getattr(other, name) for name in kept)
