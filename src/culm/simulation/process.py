"""A process of the platform: a Book that can be killed, and that shows how it decided."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from culm.book import book as book_
from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.book import turn as turn_
from culm.book import unit as unit_
from culm.kernel import clock as clock_
from culm.simulation import faults


class Died(Exception):
    """The process was killed before it answered."""


class Decision(NamedTuple):
    """How a command was decided: at which time, and to what (a result, or an exception)."""

    command: msgspec.Struct
    tenant: str
    attempt: str
    now: datetime
    outcome: Any


@dataclasses.dataclass(slots=True)
class Trace:
    """The decisions of one draft in the order in which they were made.

    `base` is the head that they build on; `clock` is what the process's clock showed.
    """

    unit: unit_.Unit
    base: turn_.Head
    clock: datetime
    decisions: list[Decision]
    judged: bool = False


class Process(book_.Book):
    """A Book with its own connections and its own clock."""

    def __init__(
        self,
        *,
        partition: int,
        contexts: tuple[catalog_.Context, ...],
        store: faults.FaultyStore,
        clock: clock_.Clock,
        limits: book_.Limits,
        began: Callable[[Trace], None],
    ) -> None:
        watched = catalog_.Catalog(self._watched(context) for context in contexts)
        super().__init__(
            partition=partition, catalog=watched, store=store, clock=self._look, limits=limits
        )
        store.process = self
        self.trace: Trace | None = None
        self._within = False
        self._killed = asyncio.Event()
        self._wall = clock
        self._seen = clock()
        self._began = began
        self._callers: dict[asyncio.Task[Any], None] = {}
        self._connections = store

    async def call(
        self, command: msgspec.Struct, *, tenant: str, key: str | None, attempt: str
    ) -> Any:
        """Submit a command. Raises `Died` when the process is killed before it answers."""
        task = asyncio.current_task()
        assert task is not None
        if self._killed.is_set():
            raise Died
        self._callers[task] = None
        try:
            return await self.submit(command, tenant=tenant, key=key, correlation=attempt)
        except asyncio.CancelledError:
            if not self._killed.is_set():
                raise
            task.uncancel()
            raise Died from None
        finally:
            del self._callers[task]

    async def writes(self, patience_seconds: float) -> None:
        """Wait until a turn is being written, but not for ever: then is the worst time to die."""
        for _ in range(100):
            if self._flight is not None:
                return
            await asyncio.sleep(patience_seconds / 100)

    def kill(self) -> None:
        """End at once, in the middle of whatever is going on."""
        self._killed.set()
        if self._worker is not None:
            self._worker.cancel()
        if self._flight is not None:
            self._flight[1].cancel()
        self._connections.release()
        for task in self._callers:
            task.cancel()

    @property
    def turn(self) -> int | None:
        """The turn that the state in memory is of, while nothing is under way."""
        return None if self._flight is not None or self._head is None else self._head.turn

    @property
    def waiting(self) -> tuple[int, int]:
        """How much waits, by the Book's own count, and how many keys are in progress."""
        return self._queued_weight, len(self._keys)

    @property
    def rows(self) -> dict[Any, dict[Any, Any]]:
        """The state in memory, by table and key."""
        young, old = self._cache.young, self._cache.old
        return {table: old[table] | rows for table, rows in young.items()}

    def _look(self) -> datetime:
        self._seen = self._wall()
        return self._seen

    def _watched(self, context: catalog_.Context) -> catalog_.Context:
        commands = tuple(
            dataclasses.replace(command, decide=self._watching(command.decide))
            for command in context.commands
        )
        return dataclasses.replace(context, commands=commands)

    def _watching(self, decide: catalog_.Decide) -> catalog_.Decide:
        def watching(unit: unit_.Unit, command: msgspec.Struct) -> Any:
            if self._within:  # a command of a timer: part of the one that fires it
                return decide(unit, command)
            self._within, asked = True, (command, unit.origin, unit.now)
            try:
                outcome = decide(unit, command)
            except unit_.Missing:
                raise
            except Exception as error:
                self._note(unit, *asked, error)
                raise
            finally:
                self._within = False
            self._note(unit, *asked, outcome)
            return outcome

        return watching

    def _note(
        self,
        unit: unit_.Unit,
        command: msgspec.Struct,
        origin: event_.Origin,
        now: datetime,
        outcome: Any,
    ) -> None:
        if self.trace is None or self.trace.unit is not unit:
            assert self._head is not None
            self.trace = Trace(unit, self._head, self._seen, [])
            self._began(self.trace)
        self.trace.decisions.append(
            Decision(command, origin.tenant, origin.correlation, now, outcome)
        )
