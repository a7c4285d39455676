"""Messages of a stream as facts in hand."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.facts import cloudevent
from culm.facts import fact as fact_
from culm.kernel import ids
from culm.work import attempt, events, tables
from culm.work import case as case_
from culm.work import reactor as reactor_

_OURS = "work."


class NotInLog(Exception):
    """A message speaks of a position at which the log has nothing: it was restored, or differs."""


class Reading:
    """Reads what a reactor is told of on one partition."""

    def __init__(self, db: asyncpg.Pool[Any], catalog: catalog_.Catalog, partition: int) -> None:
        self._db = db
        self._catalog = catalog
        self._partition = partition

    async def case(
        self, reactor: reactor_.Reactor, position: int, body: bytes
    ) -> case_.Case | None:
        """The fact that a message is about; None when it is nothing to this reactor.

        A retry of a parked fact is that fact once more. Raises `NotInLog`, and what the database
        raises.
        """
        try:
            found = cloudevent.decode(body)
            case = await self._decoded(found)
        except (msgspec.MsgspecError, ValueError, IndexError):
            case = await self._logged(position)  # the log is what counts
        return await self._told(reactor, case)

    async def pending(
        self, reactor: reactor_.Reactor, positions: tuple[int, ...]
    ) -> list[tuple[int, case_.Case | None]]:
        """What a reactor had in hand, by position, as it stands in the log."""
        found = await self._cases(reactor, await self._rows(positions))
        for _, case in found:
            if case is not None:
                case.again = True
        return found

    async def logged(
        self, reactor: reactor_.Reactor, start: int, end: int, limit: int
    ) -> list[tuple[int, case_.Case | None]]:
        """What a reactor is told of between two positions, as it stands in the log."""
        told: tuple[type[event_.Event], ...] = (*reactor.on, events.Retried)
        types = [type_.TYPE for type_ in told] if reactor.on else None
        records = await self._db.fetch(
            tables.QUERIES["facts_between"],
            self._partition,
            start,
            end,
            types,
            reactor.tenant,
            limit,
        )
        return await self._cases(reactor, [case_.row_of(record) for record in records])

    async def _cases(
        self, reactor: reactor_.Reactor, rows: list[event_.LogRow]
    ) -> list[tuple[int, case_.Case | None]]:
        return [(row.position, await self._told(reactor, self._of(row))) for row in rows]

    async def _told(self, reactor: reactor_.Reactor, case: case_.Case) -> case_.Case | None:
        event = case.fact.event if case.fact else None
        if isinstance(event, events.Retried) and event.reactor == reactor.name:
            return await self._retried(event)
        return case if _concerns(reactor, case, event) else None

    async def _retried(self, event: events.Retried) -> case_.Case:
        case = await self._logged(ids.position_of(event.fact))
        case.round = event.round
        return case

    async def _decoded(self, found: cloudevent.CloudEvent) -> case_.Case:
        if found.data is msgspec.UNSET:
            return await self._logged(found.position)
        row = event_.LogRow(
            partition=self._partition,
            position=found.position,
            time=cloudevent.time_of(found),
            type=found.event_type,
            version=found.event_version,
            tenant=found.tenant,
            actor=found.actor,
            correlation=found.correlation,
            causation=found.causation,
            body=bytes(found.data).decode(),
        )
        return self._of(row)

    async def _logged(self, position: int) -> case_.Case:
        rows = await self._rows((position,))
        if not rows:
            raise NotInLog(f"there is no event {position} in the log of {self._partition}")
        return self._of(rows[0])

    async def _rows(self, positions: tuple[int, ...]) -> list[event_.LogRow]:
        records = await self._db.fetch(tables.QUERIES["facts_at"], self._partition, list(positions))
        return [case_.row_of(record) for record in records]

    def _of(self, row: event_.LogRow) -> case_.Case:
        fact: fact_.Fact[Any] | None = None
        flaw = ""
        try:
            fact = case_.fact_of(row, self._catalog.decode(row.type, row.version, row.body))
        except Exception as error:  # not of its schema, or what carrying it up has met
            flaw = attempt.words(error)
        return case_.Case(
            id=cloudevent.id_of(row.partition, row.position),
            position=row.position,
            tenant=row.tenant,
            type=row.type,
            correlation=row.correlation,
            fact=fact,
            flaw=flaw,
        )


def _concerns(reactor: reactor_.Reactor, case: case_.Case, event: event_.Event | None) -> bool:
    """Whether a reactor is told of this. Not of what happens to its own parked facts, and of that
    of others only when it asks: else two that fail would keep each other busy for ever."""
    if not case.type.startswith(_OURS):
        return True
    return type(event) in reactor.on and getattr(event, "reactor", "") != reactor.name
