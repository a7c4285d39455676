"""The reactors of this process on all partitions. Which there are may change while they run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import fields
from typing import Final, NamedTuple, Protocol

import structlog
from nats.aio import client as client_

from culm.book import catalog as catalog_
from culm.facts import bus as bus_
from culm.facts import lead
from culm.kernel import errors
from culm.work import attempt, consumer, counts, handler, ordered, place, reading, unordered
from culm.work import breaker as breaker_
from culm.work import reactor as reactor_

log = structlog.get_logger(__name__)

AGAIN_SECONDS: Final = 1.0

AWAY_SECONDS: Final = 5.0
"""A leader that has not reached NATS for so long lets another process lead."""

LOOK_SECONDS: Final = 0.25

_IN_PLACE: Final = frozenset({"react", "in_order_of"})
"""What may differ between two declarations without their queues being others."""


Run = Callable[[client_.Client], Awaitable[None]]


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
        self._leaving: list[tuple[tuple[str, int], _Post]] = []
        self._retiring: set[asyncio.Task[None]] = set()
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
            if left := [post.task for _, post in self._leaving]:
                await asyncio.wait(left)
            for task in self._retiring:
                task.cancel()

    def _arrange(self) -> None:
        """Let those go that are not wanted any more, and begin those that are new."""
        wanted = dict(self._wanted())
        for key, post in list(self._posts.items()):
            declared = wanted.get(key)
            if declared is not None and is_same_queue(post.runner.handler.reactor, declared):
                post.runner.handler.reactor = declared
            else:
                self._dismiss(key)
            if declared is None:
                self._retiring.add(task := asyncio.create_task(self._retire(key, post)))
                task.add_done_callback(self._retiring.discard)
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
        if reactor.in_order_of is not None:
            return self._ordered(handles)
        return unordered.Unordered(
            handles,
            reading_=self._reading(partition),
            db=platform.db,
            stop_seconds=self._stop_seconds,
        )

    def _ordered(self, handles: handler.Handler) -> ordered.Ordered:
        return ordered.Ordered(
            handles,
            reading_=self._reading(handles.partition),
            db=self._platform.db,
            stop_seconds=self._stop_seconds,
        )

    def _reading(self, partition: int) -> reading.Reading:
        return reading.Reading(self._platform.db, self._platform.catalog, partition)

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
        if before := [post.task for leaving, post in self._leaving if leaving == key]:
            await asyncio.wait(before)  # of the same name, and declared otherwise
        if isinstance(runner, ordered.Ordered):
            await self._leads.lead(_lead_of(key), lambda: self._while_there(runner.run))
        else:
            await self._share(key, runner)

    async def _share(self, key: tuple[str, int], runner: unordered.Unordered) -> None:
        """Run one that several processes share; before that, one of them alone reads from the log
        what the stream no longer has."""
        while True:
            try:
                await self._go_on(runner.run)
            except consumer.Trimmed:
                await self._catch_up(key, runner)

    async def _catch_up(self, key: tuple[str, int], runner: unordered.Unordered) -> None:
        reader = self._ordered(runner.handler)
        catching_up = asyncio.create_task(
            self._leads.lead(_lead_of(key), lambda: self._while_there(reader.catch_up))
        )
        try:
            while True:
                if await self._is_caught_up(runner.handler):
                    return
                await asyncio.sleep(AGAIN_SECONDS)
        finally:
            reader.stopping = runner.stopping
            catching_up.cancel()
            await asyncio.wait({catching_up})

    async def _is_caught_up(self, of: handler.Handler) -> bool:
        with contextlib.suppress(*unordered.TROUBLE):
            here = await place.begin(self._platform.db, of.partition, of.reactor)
            jetstream = (await self._bus.client()).jetstream()
            return here.floor >= await consumer.first(jetstream, of.partition)
        return False

    async def _while_there(self, run: Run) -> None:
        """Run what leads, and let another process lead when NATS is out of reach from here."""
        task = asyncio.create_task(self._go_on(run))
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

    async def _go_on(self, run: Run) -> None:
        """Run again and again. Raises `Trimmed`."""
        while True:
            try:
                await self._bus.use(run)
            except consumer.Trimmed:
                raise
            except Exception:  # a defect: the others go on, and this one tries again
                log.exception("a reactor has failed")
            await asyncio.sleep(AGAIN_SECONDS)

    def _dismiss(self, key: tuple[str, int]) -> None:
        """Have one stop. Its successor waits until it has."""
        post = self._posts.pop(key)
        post.runner.stopping = True
        post.task.cancel()
        self._leaving.append((key, post))
        post.task.add_done_callback(lambda _: self._leaving.remove((key, post)))

    async def _retire(self, key: tuple[str, int], post: _Post) -> None:
        """Once it has stopped, let go of the queue of one that is no more; its place is kept. While
        it is there, the stream keeps everything for it."""
        await asyncio.wait({post.task})
        if isinstance(post.runner, unordered.Unordered):
            with contextlib.suppress(*unordered.TROUBLE):
                await post.runner.retire(await self._bus.client())


def _lead_of(key: tuple[str, int]) -> str:
    return f"reactor-{key[0]}-{key[1]}"


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
