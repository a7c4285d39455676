"""Asking the database about requests, all that came in meanwhile at once.

While one statement is under way the next requests gather, so that the busier a process is the less
each of them costs. The connection is the admission's own: nobody who reads can hold it up, and it
does not wait for the disk, since meters need not survive a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg
import structlog

from culm.access.reads import queries
from culm.kernel import deadline, errors

log = structlog.get_logger(__name__)

LIMIT_SECONDS: Final = 5.0
"""How long the database may take to answer, a new connection included."""

Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]


class Question(NamedTuple):
    """What of requests is asked together: those with the same key, secret, address and operation,
    which is on one meter."""

    number: int
    digest: str
    address: str | None
    meter: str
    operation: str


class Found(NamedTuple):
    """What the database says of one request. `refused` is why its key opens nothing, or empty;
    `granted` and `counted` whether its meter, and its quota if there is one, let it pass. Both are
    called by the operation where the key has them for that alone."""

    tenant: str
    sandbox: bool
    scopes: list[str]
    refused: str
    granted: bool
    counted: bool
    now: int
    meter: str
    each: int
    burst: int
    until: int
    quota: str
    daily_quota: int | None
    used: int


Waiting = list[tuple[Question, "asyncio.Future[Found | None]"]]


class Gathering:
    """The requests of a process that wait to be let in."""

    def __init__(self, connect: Connect, clock: Callable[[], datetime] | None = None) -> None:
        self._connect = connect
        self._clock = clock
        self._connection: asyncpg.Connection[Any] | None = None
        self._waiting: Waiting = []
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Found | None:
        """What is known of a request; None where there is no such key with this secret.

        Raises `Unavailable`.
        """
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all())
        found: Found | None = await future
        return found

    async def close(self) -> None:
        """Let go of the connection; who still waits is told that nothing is there."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})
        self._drop()

    async def _ask_all(self) -> None:
        waiting: Waiting = []
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                try:
                    _answer(waiting, await self._rows([question for question, _ in waiting]))
                except Exception as error:
                    log.warning(
                        "keys cannot be looked at", requests=len(waiting), error=repr(error)
                    )
                    _fail(waiting)
        finally:
            self._asking = None
            _fail([*waiting, *self._waiting])
            self._waiting = []

    async def _rows(self, questions: list[Question]) -> dict[Question, Any]:
        """The row of each question that there is a key for."""
        counts: dict[Question, int] = {}
        for question in questions:
            counts[question] = counts.get(question, 0) + 1
        columns = [*map(list, zip(*counts, strict=True)), list(counts.values())]
        now = self._clock() if self._clock else None
        rows = await deadline.within(LIMIT_SECONDS, self._fetch(*columns, now))
        asked = list(counts)
        return {asked[row["place"] - 1]: row for row in rows}

    async def _fetch(self, *arguments: Any) -> list[asyncpg.Record]:
        """Ask; once more on a new connection where the one that there was is lost: a request that
        was counted twice does no harm."""
        if self._connection is not None:
            try:
                return await self._fetch_once(*arguments)
            except Exception as error:  # of a lost connection asyncpg says whatever it was doing
                log.info("keys are looked at on a new connection", error=repr(error))
        return await self._fetch_once(*arguments)

    async def _fetch_once(self, *arguments: Any) -> list[asyncpg.Record]:
        try:
            if self._connection is None:
                self._connection = await self._connect()
                await self._connection.execute("set synchronous_commit = off")
            return await self._connection.fetch(queries.QUERIES["admit"], *arguments)
        except BaseException:
            self._drop()  # it may be in the middle of anything
            raise

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _answer(waiting: Waiting, rows: dict[Question, Any]) -> None:
    """Tell everybody, in the order in which they came: what was let in is for the first of them."""
    granted: dict[tuple[int, str], int] = {}
    counted: dict[tuple[int, str], int] = {}
    for question, future in waiting:
        row = rows.get(question)
        found = None if row is None else _found(question, row, granted, counted)
        if not future.done():
            future.set_result(found)


def _found(
    question: Question,
    row: Any,
    granted: dict[tuple[int, str], int],
    counted: dict[tuple[int, str], int],
) -> Found:
    """A row as one of its requests sees it, when those before it have taken their places."""
    meter = (question.number, row["meter"])
    places = granted.setdefault(meter, row["granted"] or 0)
    passes = not row["refused"] and places > 0
    granted[meter] -= passes
    pays = passes
    if passes and row["daily_quota"] is not None:
        quota = (question.number, row["quota"])
        pays = counted.setdefault(quota, row["counted"] or 0) > 0
        counted[quota] -= pays
    return Found(
        tenant=row["tenant"],
        sandbox=row["sandbox"],
        scopes=row["scopes"],
        refused=row["refused"],
        granted=passes,
        counted=pays,
        now=row["now"],
        meter=row["meter"],
        each=row["each"],
        burst=row["burst"],
        until=row["until"] or 0,
        quota=row["quota"],
        daily_quota=row["daily_quota"],
        used=row["used"] or 0,
    )


def _fail(waiting: Waiting) -> None:
    for _, future in waiting:
        if not future.done():
            future.set_exception(errors.Unavailable("Keys cannot be looked at at present."))
