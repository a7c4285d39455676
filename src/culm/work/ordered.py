"""Running a reactor that keeps the order of each aggregate: one process leads it on a partition.

What is in hand stands in lanes, one an aggregate; in a lane one fact waits for the other, however
long that takes. The leader notes in PostgreSQL how far it was told of facts, and which of them it
is not done with: whoever leads next takes up those first, from the log, and then goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import asyncpg
import structlog
from nats.aio import client as client_

from culm.facts import stream
from culm.work import attempt, consumer, handler, place, reading, unordered
from culm.work import case as case_
from culm.work import pull as pull_

log = structlog.get_logger(__name__)

T = TypeVar("T")

RETRY_SECONDS: Final = 0.25
SLICE: Final = 256
"""Facts that are read from the log at once."""

NOTE_SECONDS: Final = 0.25
"""What was done since the last note is done again after a crash, without a second effect."""

LAG_SECONDS: Final = 2.0
WINDOW: Final = 1_024
"""Facts in hand, most of which wait in lanes: an aggregate that is stuck holds up no other one,
until so many wait behind it."""


class Ordered:
    """Runs one reactor on one partition in this process, while it leads.

    When `stopping` is set before `run` is cancelled, what is under way may end; else the lead was
    lost, and nothing may.
    """

    def __init__(
        self,
        handler_: handler.Handler,
        *,
        reading_: reading.Reading,
        db: asyncpg.Pool[Any],
        stop_seconds: float = unordered.STOP_SECONDS,
    ) -> None:
        self.handler = handler_
        self.stopping = False
        self._reading = reading_
        self._db = db
        self._stop_seconds = stop_seconds

    async def run(self, client: client_.Client) -> None:
        """React until cancelled."""
        await self._lead(client, Lead.run)

    async def catch_up(self, client: client_.Client) -> None:
        """React to what the stream no longer has, and be done with all of it."""
        await self._lead(client, Lead.run_to_the_stream)

    async def _lead(
        self, client: client_.Client, work: Callable[[Lead, client_.Client], Awaitable[None]]
    ) -> None:
        lead = Lead(self.handler, reading_=self._reading, db=self._db)
        try:
            await work(lead, client)
        finally:
            try:
                if self.stopping:
                    await lead.finish(client, self._stop_seconds)
            finally:
                lead.end()


class Lead:
    """One lead over one reactor on one partition."""

    def __init__(
        self, handler_: handler.Handler, *, reading_: reading.Reading, db: asyncpg.Pool[Any]
    ) -> None:
        self._handler = handler_
        self._reading = reading_
        self._db = db
        self._known = False  # where the leader before stood
        self._next = 0
        self._in_hand: set[int] = set()
        self._lanes: dict[str, deque[tuple[int, case_.Case]]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(handler_.reactor.concurrency)
        self._stop = asyncio.Event()
        self._noted: place.Place | None = None
        self._noting = asyncio.Lock()
        self._pull: pull_.Pull | None = None
        self._passing = ""

    async def run(self, client: client_.Client) -> None:
        """Take up what the leader before had in hand, and go on."""
        beside = [
            asyncio.create_task(self._again(NOTE_SECONDS, self._note)),
            asyncio.create_task(self._again(LAG_SECONDS, lambda: self._look(client))),
        ]
        try:
            await self._insist(lambda: self._take_over(client))
            while True:
                with contextlib.suppress(*unordered.TROUBLE):
                    await self._session(client)
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)

    async def run_to_the_stream(self, client: client_.Client) -> None:
        """Take up what was in hand, and go on to where the stream begins."""
        await self._insist(lambda: self._take_over(client))
        await self._insist(lambda: self._catch_up(client))
        while self._working:
            await asyncio.wait(self._working)
        await self._insist(self._note)

    async def finish(self, client: client_.Client, seconds: float) -> None:
        """Begin nothing more, let what is under way end, and note the place."""
        self._stop.set()
        try:
            if self._working:
                await asyncio.wait(self._working, timeout=seconds)
        finally:
            self.end()
            with contextlib.suppress(*unordered.TROUBLE):
                async with asyncio.timeout(unordered.SAY_SECONDS):
                    await self._note()
                    if self._passing:
                        jetstream = client.jetstream()
                        await consumer.remove(jetstream, self._handler.partition, self._passing)

    def end(self) -> None:
        """End what is under way now."""
        self._stop.set()
        for task in self._working:
            task.cancel()
        self._handler.counts.in_hand = 0

    # -- facts come -------------------------------------------------------------------------

    async def _take_over(self, client: client_.Client) -> None:
        reactor, partition = self._handler.reactor, self._handler.partition
        begun = await place.begin(self._db, partition, reactor)
        # It may have been declared without order before, and have had a durable consumer.
        durable = await consumer.floor(client.jetstream(), partition, reactor.name)
        self._handler.blocked = set(await place.lanes(self._db, partition, reactor.name))
        pending = await self._reading.pending(reactor, begun.pending)
        self._next = max(begun.next, durable or 0)
        for position, case in pending:
            self._enter(position, case)
        self._known = True
        if durable is not None:
            await self._note()
            await consumer.remove(client.jetstream(), partition, reactor.name)

    async def _session(self, client: client_.Client) -> None:
        """Pull for as long as the consumer sends, and nothing is lost on the way."""
        reactor, partition = self._handler.reactor, self._handler.partition
        await self._catch_up(client)
        self._passing = await consumer.pass_on(client.jetstream(), partition, reactor, self._next)
        pull = self._pull = pull_.Pull(
            client, stream=stream.name_of(partition), consumer=self._passing, room=self._room
        )
        if await consumer.first(client.jetstream(), partition) > self._next:
            raise pull_.Ended("the stream was trimmed")
        expected = 1
        try:
            async with pull.opened():
                while True:
                    message = await pull.next()
                    sequence = message.metadata.sequence
                    if sequence.consumer != expected:
                        raise pull_.Ended(f"message {expected} was lost")
                    await self._take(sequence.stream - 1, message.data)
                    expected += 1
        finally:
            self._pull = None

    async def _catch_up(self, client: client_.Client) -> None:
        """Read from the log what the stream no longer has."""
        reactor, partition = self._handler.reactor, self._handler.partition
        while (end := await consumer.first(client.jetstream(), partition)) > self._next:
            if (room := min(self._room(), SLICE)) <= 0:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            found = await self._reading.logged(reactor, self._next, end, room)
            for position, case in found:
                self._enter(position, case)
            if len(found) < room:
                self._next = max(self._next, end)

    def _room(self) -> int:
        return self._handler.room(WINDOW - len(self._in_hand))

    async def _take(self, position: int, body: bytes) -> None:
        reactor = self._handler.reactor
        case = await self._insist(lambda: self._reading.case(reactor, position, body))
        self._enter(position, case)

    def _enter(self, position: int, case: case_.Case | None) -> None:
        """Put a fact into its lane. From here on it is in hand, and noted as such."""
        self._next = max(self._next, position + 1)
        if case is None:
            return
        self._in_hand.add(position)
        self._handler.counts.in_hand = len(self._in_hand)
        key = self._lane_of(position, case)
        if key in self._lanes:
            self._lanes[key].append((position, case))
            return
        self._lanes[key] = deque([(position, case)])
        task = asyncio.create_task(self._work_off(key))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def _lane_of(self, position: int, case: case_.Case) -> str:
        """The lane of a fact. One whose aggregate cannot be told has a lane of its own."""
        in_order_of = self._handler.reactor.in_order_of
        if case.fact is not None and in_order_of is not None:
            try:
                case.lane = case_.lane_of(in_order_of(case.fact))
            except Exception as error:
                case.fact, case.flaw = None, f"in_order_of: {attempt.words(error)}"
        return case.lane or f"at {position}"

    # -- and are worked off -----------------------------------------------------------------

    async def _work_off(self, key: str) -> None:
        """A lane: one fact after the other, until none is left."""
        lane = self._lanes[key]
        while lane and not self._stop.is_set():
            position, case = lane[0]
            if not await self._to_its_end(case):
                return
            lane.popleft()
            self._in_hand.discard(position)
            self._handler.counts.in_hand = len(self._in_hand)
            if self._pull is not None:
                self._pull.nudge()
        if not lane:
            del self._lanes[key]

    async def _to_its_end(self, case: case_.Case) -> bool:
        """Try until the reactor is done with the fact. False when it is time to stop before."""
        while not self._stop.is_set():
            async with self._slots:
                if self._stop.is_set():
                    break
                wait = await self._handle(case)
            if wait is None:
                return True
            case.waits += 1
            await self._sleep(wait)
        return False

    async def _handle(self, case: case_.Case) -> float | None:
        try:
            return await self._handler.handle(case)
        except Exception:
            log.exception("a fact cannot be handled", reactor=self._handler.reactor.name)
            return handler.backoff(handler.WAITING, case.waits + 1)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    # -- the place --------------------------------------------------------------------------

    async def _note(self) -> None:
        """Note the place, if it has moved."""
        async with self._noting:
            here = place.Place(self._next, tuple(sorted(self._in_hand)))
            if self._known and here != self._noted:
                reactor, partition = self._handler.reactor, self._handler.partition
                await place.note(self._db, partition, reactor.name, here)
                self._noted = here

    async def _look(self, client: client_.Client) -> None:
        partition = self._handler.partition
        info = await consumer.info(client.jetstream(), partition, self._passing)
        self._handler.counts.lag = (info.num_pending or 0) + len(self._in_hand)

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something that needs the database or NATS, as soon as that is possible."""
        while True:
            try:
                return await work()
            except unordered.TROUBLE as error:
                name, reason = self._handler.reactor.name, repr(error)
                log.warning("a reactor cannot go on yet", reactor=name, reason=reason)
            await asyncio.sleep(RETRY_SECONDS)

    async def _again(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            with contextlib.suppress(*unordered.TROUBLE):
                await work()
