"""Handling a fact to its end: done, to be tried again later, or parked."""

from __future__ import annotations

import asyncio
import random
from typing import Any, Final

import asyncpg
import structlog

from culm.facts import fact as fact_
from culm.kernel import ids
from culm.work import attempt, commands, decisions, rejections, tables, types
from culm.work import breaker as breaker_
from culm.work import case as case_
from culm.work import counts as counts_
from culm.work import reactor as reactor_

log = structlog.get_logger(__name__)

WAITING: Final = reactor_.Backoff(first_seconds=0.1, most_seconds=10.0)
"""How long what is no fault of a reaction is waited out."""

TROUBLE: Final = (
    *attempt.OURS,
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
)
"""Nothing can be recorded at present. What was done stays done, by its keys."""

_dice: Final = random.SystemRandom()


class Handler:
    """Handles the facts of one reactor on one partition, in this process.

    `blocked` holds the lanes of which something is parked, so that what comes later has to wait.
    """

    def __init__(
        self,
        reactor: reactor_.Reactor,
        *,
        partition: int,
        db: asyncpg.Pool[Any],
        means: reactor_.Means,
        submit: attempt.Submit,
        breaker: breaker_.Breaker | None,
    ) -> None:
        self.reactor = reactor
        self.partition = partition
        self.counts = counts_.Counts()
        self.blocked: set[str] = set()
        self._db = db
        self._means = means
        self._submit = submit
        self._breaker = breaker

    def room(self, most: int) -> int:
        """How many more facts, of so many, it makes sense to take in hand now."""
        if self._breaker is None or most <= 0:
            return max(0, most)
        return self._breaker.room(_now(), most)

    async def handle(self, case: case_.Case) -> float | None:
        """Try once. None when the reactor is done with the fact, which may mean that it is parked;
        else in how many seconds to try again."""
        try:
            return await self._handle(case)
        except TROUBLE as error:
            reason, name = attempt.words(error), self.reactor.name
            log.debug("a reactor waits for the platform", reactor=name, reason=reason)
            return backoff(WAITING, case.waits + 1)

    async def _handle(self, case: case_.Case) -> float | None:
        if not case.round and case.lane in self.blocked and await self._is_behind(case):
            return None
        if case.fact is None:
            return await self._failed(case, attempt.Failed("undecodable", case.flaw, final=True))
        if self._breaker is not None and (rest := self._breaker.enter(_now())):
            return rest + backoff(WAITING, 1)
        if not (case.again or case.waits or case.round):
            self.counts.starts.observe((self._means.clock() - case.fact.time).total_seconds())
        match await self._attempt(case.fact):
            case attempt.Wait(seconds=seconds):
                return backoff(WAITING, case.waits + 1) if seconds is None else seconds
            case attempt.Failed() as failed:
                return await self._failed(case, failed)
        await self._done(case)
        return None

    async def _attempt(self, fact: fact_.Fact[Any]) -> attempt.Failed | attempt.Wait | None:
        answer = None
        try:
            answer = await attempt.react(self.reactor, fact, self._means)
        finally:
            self._tell_breaker(answer)
        if isinstance(answer, attempt.Failed | attempt.Wait):
            return answer
        return await attempt.follow_up(
            answer,
            reactor=self.reactor.name,
            fact=fact,
            submit=self._submit,
            at_once=self.reactor.at_once,
        )

    def _tell_breaker(self, answer: object) -> None:
        if self._breaker is None:
            return
        if isinstance(answer, attempt.Failed):
            self._breaker.failed(_now())
        elif isinstance(answer, tuple):
            self._breaker.succeeded()
        else:
            self._breaker.left()

    async def _done(self, case: case_.Case) -> None:
        if case.round:
            await self._settle(case)
        if case.again or case.waits or case.round:
            await self._db.execute(tables.QUERIES["recovered"], *self._key(case))
        self.counts.done += 1

    async def _failed(self, case: case_.Case, failed: attempt.Failed) -> float | None:
        said = (failed.code, attempt.storable(failed.message), self._means.clock())
        times = await self._db.fetchval(tables.QUERIES["failed"], *self._key(case), *said)
        self.counts.failed += 1
        if not (failed.final or case.round or times >= self.reactor.attempts):
            return backoff(self.reactor.backoff, times)
        await self._park(case, failed.code, attempts=times)
        log.warning("parked", reactor=self.reactor.name, fact=case.id, code=failed.code)
        return None

    async def _is_behind(self, case: case_.Case) -> bool:
        """Park a fact behind an earlier one of its aggregate, unless none is there any more."""
        try:
            await self._park(case, decisions.BEHIND)
        except rejections.LaneFree:
            self.blocked.discard(case.lane)
            return False
        return True

    async def _park(self, case: case_.Case, code: str, *, attempts: int = 0) -> None:
        command = commands.Park(
            reactor=self.reactor.name,
            fact=case.id,
            type=case.type,
            code=code,
            attempts=attempts,
            lane=case.lane,
            round=case.round,
        )
        parked: types.Parked = await self._ask(case, command)
        if parked.lane and parked.state in types.OPEN:
            self.blocked.add(parked.lane)
        self.counts.parked += 1

    async def _settle(self, case: case_.Case) -> None:
        parked_id = types.id_of(self.reactor.name, case.id)
        command = commands.SettleParked(id=parked_id, round=case.round)
        settlement: commands.Settlement = await self._ask(case, command)
        if not settlement.waiting:
            self.blocked.discard(case.lane)

    async def _ask(self, case: case_.Case, command: commands.Command) -> Any:
        return await self._submit(
            command,
            tenant=case.tenant,
            key=None,
            actor=f"reactor:{self.reactor.name}",
            correlation=case.correlation,
            causation=case.id,
        )

    def _key(self, case: case_.Case) -> tuple[int, str, int]:
        return self.partition, self.reactor.name, ids.number_of(case.id)


def backoff(waits: reactor_.Backoff, times: int) -> float:
    """How long to wait after failing so often: full jitter, so that what failed together does not
    come again together."""
    longest: float = min(waits.most_seconds, waits.first_seconds * 2.0 ** min(times - 1, 60))
    return _dice.uniform(0, longest)


def _now() -> float:
    return asyncio.get_running_loop().time()
