"""The Book of one partition: takes commands, decides them in turns, writes each turn in one commit.

While one turn is being written the next one is decided, so that Python and PostgreSQL work at the
same time. Nobody is answered before the commit. If a write goes wrong in any way, the state in
memory is dropped, the head is read, and what did not land is decided anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import os
import re
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import msgspec
import structlog

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.book import idempotency
from culm.book import store as store_
from culm.book import tally as tally_
from culm.book import turn as turn_
from culm.book import unit as unit_
from culm.book.cache import Cache
from culm.kernel import clock as clock_
from culm.kernel import errors

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 0.05
_NAME: Final = re.compile(r"[A-Za-z0-9._:@/+=-]{1,255}")


class Limits(msgspec.Struct, frozen=True):
    """How much a Book takes on. Weights count ordinary commands; a bulk of 8,000 weighs 8,000."""

    queue_weight: int = 60_000
    """Past this much waiting work, callers are told that the Book is busy."""
    turn_weight: int = 10_000
    """A turn takes commands up to this weight; a heavier command has a turn of its own."""
    overlap_weight: int = 16
    """While a turn is written, the next is decided early only when this much is waiting."""
    cache_rows: int = 400_000
    """State rows kept in memory."""
    load_rounds: int = 64
    """A decision that asks for more state this many times is taken for a defect."""
    recovery_seconds: float = 30.0
    """How long an interrupted write is looked into before its callers hear "outcome unknown"."""
    contended_turns: int = 16
    """After losing a race to another process, so many turns take the lock before they decide."""
    interruptions: int = 2
    """A command whose turns are interrupted this often is decided in a turn of its own; after as
    many more it is given up, so that one that can never be written does not stop the others."""


class Book:
    """The only write path of one partition. `start` it, `submit` commands, `stop` it."""

    def __init__(
        self,
        *,
        partition: int,
        catalog: catalog_.Catalog,
        store: store_.Store,
        clock: clock_.Clock,
        limits: Limits | None = None,
        landed: Callable[[], None] = lambda: None,
    ) -> None:
        """`landed` is called, on the event loop, after every turn that was committed."""
        self.partition = partition
        self.tally = tally_.Tally()
        self._catalog = catalog
        self._store = store
        self._kept = frozenset(table for table in catalog.tables if store.keeps(table))
        self._clock = clock
        self._ring = landed
        self._limits = limits or Limits()
        self._cache = Cache(catalog.tables, self._limits.cache_rows)
        self._queue: deque[turn_.Request] = deque()
        self._queued_weight = 0
        self._changed = asyncio.Event()
        self._conversation = os.urandom(12).hex()
        self._conversations = itertools.count()
        self._keys: set[tuple[str, str]] = set()
        self._head: turn_.Head | None = None
        self._flight: tuple[turn_.Draft, asyncio.Task[turn_.Fate]] | None = None
        self._landed: list[turn_.Draft] = []
        self._contended = 0
        self._closing = False
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the head and begin to take turns. Raises `Unavailable` without a store."""
        try:
            self._head = await self._store.head(self.partition)
        except (store_.Unreachable, store_.Refused) as error:
            raise errors.Unavailable(f"the store cannot be reached: {error}") from error
        self._worker = asyncio.create_task(self._run(), name=f"book-{self.partition}")

    async def stop(self) -> None:
        """Finish what is queued, then stop taking turns."""
        self._closing = True
        self._changed.set()
        if self._worker is not None:
            try:
                await self._worker
            finally:
                self._worker = None

    @property
    def running(self) -> bool:
        """Whether turns are being taken and the head is known."""
        return self._worker is not None and not self._worker.done() and self._head is not None

    @property
    def queued_weight(self) -> int:
        """How much work is waiting to be decided."""
        return self._queued_weight

    async def submit(
        self,
        command: msgspec.Struct,
        *,
        tenant: str,
        key: str | None = None,
        actor: str = "system",
        correlation: str | None = None,
        causation: str = "",
        said: idempotency.Said | None = None,
    ) -> Any:
        """Have a command decided; returns its result once that is durable.

        `key` is the tenant's idempotency key: the same key with the same content answers what it
        answered before. The content is the command's own, unless what was `said` is another (see
        `idempotency.said`). Raises the command's rejections, and `Busy`, `InProgress`,
        `KeyConflict`, `Unavailable` (nothing was done) or `OutcomeUnknown` (ask again with the
        same key).
        """
        if self._worker is None or self._worker.done() or self._closing:
            raise errors.Unavailable("the platform is stopping")
        decider = self._catalog.command(command)
        weight = decider.weight(command)
        if self._queued_weight + weight > self._limits.queue_weight and self._queue:
            self.tally.commands[errors.Busy.code] += 1
            raise errors.Busy("too much work is waiting; nothing was done")
        _check_words(tenant, actor, causation)
        if correlation is None:
            correlation = f"{self._conversation}{next(self._conversations):x}"
        elif _NAME.fullmatch(correlation) is None:
            raise _not_a_word("correlation")
        digest = ""
        if key is None:
            said = None
        else:
            idempotency.check_key(key)
            if (tenant, key) in self._keys:
                raise errors.InProgress(
                    "a request with this key is in progress", field="Idempotency-Key"
                )
            said = said or idempotency.said(command)
            digest = idempotency.request(tenant, key, type(command).__name__, said.bodies)
            self._keys.add((tenant, key))
        origin = event_.Origin(tenant, actor, correlation, causation, digest)
        future = asyncio.get_running_loop().create_future()
        request = turn_.Request(command, decider, origin, key, said, weight, future)
        self._queue.append(request)
        self._queued_weight += weight
        if self._flight is None or self._overlap():
            self._changed.set()
        return await future

    # -- the loop ---------------------------------------------------------------------------

    async def _run(self) -> None:
        requests: list[turn_.Request] = []
        try:
            while requests := await self._take():
                await self._try(requests)
        except asyncio.CancelledError:
            self._abandon(requests)
            raise

    async def _try(self, requests: list[turn_.Request]) -> None:
        try:
            await self._turn(requests)
        except store_.Unreachable as error:
            log.warning("the store is out of reach", partition=self.partition, error=str(error))
            await self._start_over(requests)
        except Exception as error:
            log.exception("a turn failed", partition=self.partition)
            await self._start_over(self._isolate(requests, error))

    def _abandon(self, requests: Sequence[turn_.Request]) -> None:
        """A stop that could wait no longer: tell everybody how far it came."""
        self._tell()
        if self._flight is not None:
            draft, task = self._flight
            task.cancel()
            self._fail(draft.requests, errors.OutcomeUnknown("stopped during the commit"))
        self._fail([*requests, *self._queue], errors.Unavailable("the platform is stopping"))
        self._queue.clear()
        self._queued_weight = 0

    async def _take(self) -> list[turn_.Request]:
        """The commands of the next turn; waits for some. Empty when the Book is done."""
        while True:
            if self._flight is not None and self._flight[1].done():
                redo = await self._land()
                self._tell()
                if redo is not None:
                    await self._start_over(redo)
            elif self._queue and (self._flight is None or self._overlap()):
                if taken := self._pop():
                    return taken
            elif self._flight is None and self._closing:
                return []
            else:
                self._changed.clear()
                await self._changed.wait()

    def _overlap(self) -> bool:
        """Whether enough is waiting to decide the next turn while one is being written."""
        return self._queued_weight >= self._limits.overlap_weight and not self._contended

    def _pop(self) -> list[turn_.Request]:
        """Take from the front of the queue as much as a turn may have.

        When no turn is being written, half of what waits is left for the next one, which is then
        decided while this one is written. Callers who are answered together ask again together:
        without this they would stay in one turn for ever, and nothing would overlap.
        """
        most = self._limits.turn_weight
        idle = self._flight is None and not self._contended
        if idle and self._queued_weight >= 2 * self._limits.overlap_weight:
            most = min(most, -(-self._queued_weight // 2))
        taken = [self._queue.popleft()]
        weight = taken[0].weight
        while self._queue and not taken[0].alone and not self._queue[0].alone:
            weight += self._queue[0].weight
            if weight > most:
                break
            taken.append(self._queue.popleft())
        self._queued_weight -= sum([request.weight for request in taken])
        for request in taken:
            if request.future.done():  # the caller has gone: nobody waits for it to be done
                self._answer(request, None)
        return [request for request in taken if not request.future.done()]

    async def _turn(self, requests: list[turn_.Request]) -> None:
        if self._contended:
            await self._lock()
        draft = await self._draft(requests)
        try:
            redo = await self._land()
            if redo is None and draft.empty:
                redo = await self._confirm(draft)
            if redo is not None:
                await self._start_over(redo + requests)
            elif not draft.empty:
                self._head = draft.head
                writing = asyncio.create_task(self._write(draft))
                writing.add_done_callback(lambda _: self._changed.set())
                self._flight = (draft, writing)
                await asyncio.sleep(0)  # it is on its way before anybody is answered, or decided
        finally:
            self._tell()

    async def _lock(self) -> None:
        """Shut other processes out before deciding, after having lost a race to one."""
        self._contended -= 1
        head = await self._store.lock(self.partition)
        if head != self._head:
            self._cache.clear()
            self._head = head

    async def _confirm(self, draft: turn_.Draft) -> list[turn_.Request] | None:
        """Answer a turn that writes nothing, if no other process has moved the head meanwhile."""
        await self._store.unlock()
        head = await self._store.head(self.partition)
        if head.turn != draft.base.turn:
            return []
        self._finish(draft)
        return None

    async def _start_over(self, requests: Sequence[turn_.Request]) -> None:
        """Queue these again, forget the state in memory, and read where the partition stands.

        When that fails for too long, everything that waits is told so; nothing of it was done.
        """
        redo = await self._land()
        self._tell()
        self._queue.extendleft(reversed([*(redo or ()), *requests]))
        self._queued_weight = sum(request.weight for request in self._queue)
        self._cache.clear()
        self._head = None
        began = self._time()
        while self._head is None:
            try:
                await self._store.unlock()
                self._head = await self._store.head(self.partition)
            except Exception as error:
                if self._time() - began > self._limits.recovery_seconds:
                    waiting = list(self._queue)
                    self._queue.clear()
                    self._queued_weight = 0
                    log.error("gave up on the store", partition=self.partition, error=repr(error))
                    self._fail(waiting, errors.Unavailable("the store is out of reach"))
                    return
                await asyncio.sleep(RETRY_SECONDS)

    # -- deciding ---------------------------------------------------------------------------

    async def _draft(self, requests: Sequence[turn_.Request]) -> turn_.Draft:
        """Decide these commands, loading what they miss, and encode what they recorded."""
        if self._head is None:
            self._head = await self._store.head(self.partition)
        head = self._head
        self._cache.age()
        unit = unit_.Unit(self.partition, self._catalog, self._cache)
        unit.position = head.tree.size
        draft = turn_.Draft(self.partition, head, head, os.urandom(16).hex(), requests)
        draft.began = self._time()
        now = self._clock()
        outcomes = await self._replays(requests)
        fresh = [index for index in range(len(requests)) if index not in outcomes]
        last = head.time
        for rounds in range(self._limits.load_rounds):
            last = turn_.decide_all(
                unit, requests, outcomes, clock_now=now, last=last, in_order=rounds == 0
            )
            if len(outcomes) == len(requests):
                break
            for index in fresh:
                if index not in outcomes:
                    turn_.want(unit, requests[index])
            await self._load(unit)
        never = RuntimeError("the decision asked for more state without end")
        draft.outcomes = [outcomes.get(index, never) for index in range(len(requests))]
        draft.answers = turn_.answers(draft, fresh, clock_.timestamp(now))
        draft.changed = unit.changed(self._kept)
        draft.events, draft.rows = unit.events, unit.rows
        turn_.seal(draft, last)
        if not draft.empty:
            draft.parcel = self._store.pack(draft)
        return draft

    async def _replays(self, requests: Sequence[turn_.Request]) -> dict[int, Any]:
        """The outcomes of the commands whose keys were answered before."""
        keyed = {
            (request.origin.tenant, request.key): index
            for index, request in enumerate(requests)
            if request.key is not None
        }
        if not keyed:
            return {}
        stored = await self._store.answers(self.partition, keyed.keys())
        return {keyed[key]: turn_.replay(requests[keyed[key]], a) for key, a in stored.items()}

    async def _load(self, unit: unit_.Unit) -> None:
        """Bring in all that was missed: one round trip a table."""
        missing, unit.missing = unit.missing, {}
        for table, keys in missing.items():
            found = await self._store.load(table, self.partition, keys)
            self._cache.add(table, {key: found.get(key) for key in keys})
        if unit.missing_events:
            unit.past.update(await self._past(unit.missing_events))
            unit.missing_events = set()

    async def _past(self, positions: Collection[int]) -> dict[int, event_.Event | None]:
        """Events by position: those of the turn being written, and those of the log."""
        past: dict[int, event_.Event | None] = dict.fromkeys(positions)
        if self._flight is not None:
            flying = {recorded.position: recorded.event for recorded in self._flight[0].events}
            past.update({at: flying[at] for at in positions if at in flying})
        written = [at for at, event in past.items() if event is None]
        for at, row in (await self._store.events(self.partition, written)).items():
            past[at] = self._catalog.decode(row.type, row.version, row.body)
        return past

    # -- writing ----------------------------------------------------------------------------

    async def _write(self, draft: turn_.Draft) -> turn_.Fate:
        """Write a turn, and learn what became of it."""
        try:
            landed = await self._store.write(draft)
        except (store_.Refused, store_.Unreachable):
            raise
        except Exception as error:
            log.warning("a commit is in doubt", partition=self.partition, error=repr(error))
            return await self._settle(draft)
        return turn_.Fate.LANDED if landed else turn_.Fate.TAKEN

    async def _settle(self, draft: turn_.Draft) -> turn_.Fate:
        """Learn whether a turn in doubt landed, by trying to take its number with an empty turn.

        If that succeeds, the turn in doubt can never land any more, wherever its last message
        still travels. If the number is taken, the nonce tells by whom.
        """
        head = turn_.Head(draft.base.turn + 1, draft.base.time, draft.base.tree)
        fence = turn_.Draft(self.partition, draft.base, head, os.urandom(16).hex())
        deadline = self._time() + self._limits.recovery_seconds
        while self._time() < deadline:
            with contextlib.suppress(Exception):
                taken_by = await self._store.nonce(self.partition, head.turn)
                if taken_by is not None:
                    return _fate(taken_by, draft, fence)
                await self._store.write(fence)
                continue
            await asyncio.sleep(RETRY_SECONDS)
        raise errors.OutcomeUnknown("the commit was interrupted; ask again with the same key")

    async def _land(self) -> list[turn_.Request] | None:
        """Wait for the turn being written. None when all is well, else what to decide again.

        The callers of one that landed hear of it by `_tell`: the next turn may be sent first.
        """
        if self._flight is None:
            return None
        draft, task = self._flight
        try:
            fate = await task
        except store_.Refused as error:
            return self._isolate(draft.requests, error)
        except store_.Unreachable:
            return list(draft.requests)
        except Exception as error:
            self._fail(draft.requests, errors.OutcomeUnknown(str(error)))
            return []
        finally:
            self._flight = None
        if fate is turn_.Fate.LANDED:
            self._landed.append(draft)
            self._ring()
            return None
        self.tally.turns[fate.name.lower()] += 1
        if fate is turn_.Fate.FENCED:
            return self._interrupted(draft.requests)
        self._contended = self._limits.contended_turns
        return list(draft.requests)

    def _interrupted(self, requests: Sequence[turn_.Request]) -> list[turn_.Request]:
        """After a turn that was interrupted for certain: what to decide again. Who is interrupted
        again and again may be the reason."""
        again = []
        for request in requests:
            request.interrupted += 1
            request.alone |= request.interrupted >= self._limits.interruptions
            if request.interrupted >= 2 * self._limits.interruptions:
                self._fail(
                    [request], errors.Unavailable("it could not be written; nothing was done")
                )
            else:
                again.append(request)
        return again

    def _isolate(self, requests: Sequence[turn_.Request], error: Exception) -> list[turn_.Request]:
        """After a turn that failed, or that the store refused: decide each command in a turn of
        its own, so that the one that cannot be read or written for hurts nobody else."""
        log.error("a turn cannot be written", partition=self.partition, error=repr(error))
        if len(requests) == 1:
            self._fail(requests, errors.Unavailable("it could not be written; nothing was done"))
            return []
        for request in requests:
            request.alone = True
        return list(requests)

    def _tell(self) -> None:
        """Answer the callers of what has landed."""
        while self._landed:
            self._finish(self._landed.pop())

    def _finish(self, draft: turn_.Draft) -> None:
        taken = self._time() - draft.began
        self.tally.turn(draft.outcomes, taken, written=not draft.empty)
        self.tally.facts(recorded.event for recorded in draft.events)
        for request, outcome in zip(draft.requests, draft.outcomes, strict=True):
            self._answer(request, outcome)

    def _fail(self, requests: Sequence[turn_.Request], error: errors.CulmError) -> None:
        self.tally.commands[error.code] += len(requests)
        for request in requests:
            self._answer(request, type(error)(error.message))

    def _answer(self, request: turn_.Request, outcome: Any) -> None:
        if request.key is not None:
            self._keys.discard((request.origin.tenant, request.key))
        request.resolve(outcome)

    @staticmethod
    def _time() -> float:
        return asyncio.get_running_loop().time()


def _fate(nonce: str, draft: turn_.Draft, fence: turn_.Draft) -> turn_.Fate:
    """What became of a turn in doubt whose number belongs to the attempt with this nonce."""
    fates = {draft.nonce: turn_.Fate.LANDED, fence.nonce: turn_.Fate.FENCED}
    return fates.get(nonce, turn_.Fate.TAKEN)


@functools.lru_cache(maxsize=4_096)
def _check_words(tenant: str, actor: str, causation: str) -> None:
    """The fields of a leaf are single words, so that no two leaves read the same. Remembered for
    words that come again and again."""
    for name, word in (("tenant", tenant), ("actor", actor), ("causation", causation or "-")):
        if _NAME.fullmatch(word) is None:
            raise _not_a_word(name)


def _not_a_word(name: str) -> errors.Invalid:
    return errors.Invalid(
        f"{name} must be 1 to 255 letters, digits or any of . _ : @ / + = -", field=name
    )
