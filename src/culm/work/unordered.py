"""Running a reactor that needs no order: from a durable consumer, which any number of processes
share. What one of them leaves, another one gets."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

import asyncpg
import msgspec
import structlog
from nats import errors as nats_errors
from nats.aio import client as client_
from nats.aio import msg as msg_
from nats.js import errors as js_errors

from culm.facts import stream
from culm.kernel import deadline
from culm.work import consumer, handler, place, reading
from culm.work import pull as pull_

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 0.25
KEEP_SECONDS: Final = consumer.ACK_WAIT_SECONDS / 3
"""How often JetStream is told that what is in hand is still being worked on."""

NOTE_SECONDS: Final = 2.0
"""How often the place in the log is noted, and the lag looked at."""

STOP_SECONDS: Final = 5.0
"""How long reactions that are under way may take when a process stops."""

SAY_SECONDS: Final = 1.0
"""How long the last words to JetStream may take."""

TROUBLE: Final = (
    *handler.TROUBLE,
    nats_errors.Error,
    js_errors.Error,
    pull_.Ended,
    reading.NotInLog,
)


class Held:
    """A message in hand, as it was delivered last, and the task that works on it."""

    def __init__(self, message: msg_.Msg) -> None:
        self.message = message
        self.task: asyncio.Task[None]


class Unordered:
    """Runs one reactor on one partition in this process; `run` as long as there is a connection.

    `run` raises `consumer.Trimmed` when it is to begin before the stream does.
    """

    def __init__(
        self,
        handler_: handler.Handler,
        *,
        reading_: reading.Reading,
        db: asyncpg.Pool[Any],
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self.handler = handler_
        self.stopping = False
        self._reading = reading_
        self._db = db
        self._stop_seconds = stop_seconds
        self._held: dict[int, Held] = {}
        self._pull: pull_.Pull | None = None

    async def run(self, client: client_.Client) -> None:
        """React until cancelled; then give what is under way some time, and the rest back."""
        beside = [
            asyncio.create_task(self._again(KEEP_SECONDS, self._keep)),
            asyncio.create_task(self._again(NOTE_SECONDS, lambda: self._note(client))),
        ]
        try:
            while True:
                try:
                    await self._session(client)
                except TROUBLE as error:
                    reason, name = repr(error), self.handler.reactor.name
                    log.debug("a reactor begins to pull again", reactor=name, reason=reason)
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await self._finish(client)
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)

    async def retire(self, client: client_.Client) -> None:
        """Note the place, and let go of the queue, of a reactor that is no more."""
        await self._note(client)
        partition, name = self.handler.partition, self.handler.reactor.name
        await consumer.remove(client.jetstream(), partition, name)

    async def _session(self, client: client_.Client) -> None:
        """Pull for as long as the consumer sends."""
        reactor, partition = self.handler.reactor, self.handler.partition
        begun = await place.begin(self._db, partition, reactor)
        await consumer.keep(client.jetstream(), partition, reactor, begun.floor)
        pull = self._pull = pull_.Pull(
            client, stream=stream.name_of(partition), consumer=reactor.name, room=self._room
        )
        try:
            async with pull.opened():
                while True:
                    self._take(await pull.next())
        finally:
            self._pull = None
            for message in pull.left_over():
                await _say(client, message, _nak(0))

    def _room(self) -> int:
        return self.handler.room(self.handler.reactor.concurrency - len(self._held))

    def _take(self, message: msg_.Msg) -> None:
        position = message.metadata.sequence.stream - 1
        if (held := self._held.get(position)) is not None:
            held.message = message  # delivered again, and still in hand
            return
        held = self._held[position] = Held(message)
        self.handler.counts.in_hand = len(self._held)
        held.task = asyncio.create_task(self._work(position, held))

    async def _work(self, position: int, held: Held) -> None:
        try:
            answer = await self._answer(position, held.message)
            await _say(held.message._client, held.message, answer)
        finally:
            self._let_go(position, held)

    def _let_go(self, position: int, held: Held) -> None:
        if self._held.get(position) is not held:
            return  # it was given back
        del self._held[position]
        self.handler.counts.in_hand = len(self._held)
        if self._pull is not None:
            self._pull.nudge()

    async def _answer(self, position: int, message: msg_.Msg) -> bytes:
        """What JetStream is told of a message once it was worked on."""
        deliveries = message.metadata.num_delivered
        try:
            case = await self._reading.case(self.handler.reactor, position, message.data)
            if case is None:
                return b"+ACK"
            case.again, case.waits = deliveries > 1, deliveries - 1
            wait = await self.handler.handle(case)
        except Exception as error:
            if not isinstance(error, TROUBLE):
                log.exception("a fact cannot be handled", reactor=self.handler.reactor.name)
            wait = handler.backoff(handler.WAITING, deliveries)
        return b"+ACK" if wait is None else _nak(wait)

    async def _keep(self) -> None:
        for held in list(self._held.values()):
            await _say(held.message._client, held.message, b"+WPI")

    async def _note(self, client: client_.Client) -> None:
        name, partition = self.handler.reactor.name, self.handler.partition
        info = await consumer.info(client.jetstream(), partition, name)
        self.handler.counts.lag = (info.num_pending or 0) + (info.num_ack_pending or 0)
        await place.note_floor(self._db, partition, name, consumer.floor_of(info))

    async def _again(self, seconds: float, work: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            with contextlib.suppress(*TROUBLE):
                await work()

    async def _finish(self, client: client_.Client) -> None:
        """Let what is under way end; what does not is given back, in the order of the log."""
        try:
            if self._held and client.is_connected:
                await asyncio.wait(
                    [held.task for held in self._held.values()], timeout=self._stop_seconds
                )
        finally:
            left = sorted(self._held.items())
            for _, held in left:
                held.task.cancel()
            self._held.clear()
            if client.is_connected:
                for _, held in left:
                    await _say(client, held.message, _nak(0))
                with contextlib.suppress(nats_errors.Error, OSError, TimeoutError):
                    await deadline.within(SAY_SECONDS, client.flush())


def _nak(seconds: float) -> bytes:
    """Deliver it again, in so many seconds."""
    if seconds <= 0:
        return b"-NAK"
    return b"-NAK " + msgspec.json.encode({"delay": round(seconds * 1_000_000_000)})


async def _say(client: client_.Client, message: msg_.Msg, answer: bytes) -> None:
    """Tell JetStream. What it does not hear comes again, which does no harm."""
    with contextlib.suppress(nats_errors.Error, OSError):
        await client.publish(message.reply, answer)
