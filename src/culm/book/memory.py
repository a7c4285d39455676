"""The Book's store in memory: for simulation and fast tests. As strict as the other one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from culm.book import event as event_
from culm.book import idempotency, merkle
from culm.book import table as table_
from culm.book import turn as turn_


class MemoryStore:
    """State, log and answers in dictionaries. Several Books may share one, as processes would."""

    def __init__(self) -> None:
        self.heads: dict[int, turn_.Head] = {}
        self.nonces: dict[tuple[int, int], str] = {}
        self.log: dict[int, list[event_.LogRow]] = {}
        self.state: dict[tuple[int, table_.Table[Any]], dict[Any, Any]] = {}
        self.rows: dict[tuple[int, table_.Journal], list[tuple[Any, ...]]] = {}
        self.stored: dict[tuple[int, str, str], idempotency.Answer] = {}

    def keeps(self, table: table_.Table[Any]) -> bool:
        """Every table: there are no queries here that could derive one from another."""
        return True

    async def head(self, partition: int) -> turn_.Head:
        """Where the partition stands; it is created when it is new."""
        new = turn_.Head(0, turn_.BEFORE_TIME, merkle.Frontier())
        return self.heads.setdefault(partition, new)

    async def lock(self, partition: int) -> turn_.Head:
        """Nothing to shut out: one event loop, and `write` does not wait."""
        return await self.head(partition)

    async def unlock(self) -> None:
        """Nothing was locked."""

    async def load(
        self, table: table_.Table[Any], partition: int, keys: Collection[table_.Key]
    ) -> dict[Any, Any]:
        """The rows at these keys."""
        rows = self.state.get((partition, table), {})
        return {key: rows[key] for key in keys if key in rows}

    async def events(self, partition: int, positions: Collection[int]) -> dict[int, event_.LogRow]:
        """The log rows at these positions."""
        log = self.log.get(partition, [])
        return {at: log[at] for at in positions if at < len(log)}

    async def answers(
        self, partition: int, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], idempotency.Answer]:
        """The stored answers for these (tenant, key) pairs."""
        found = {key: self.stored.get((partition, *key)) for key in keys}
        return {key: answer for key, answer in found.items() if answer is not None}

    async def nonce(self, partition: int, turn: int) -> str | None:
        """The nonce of a turn that was taken, or None."""
        return self.nonces.get((partition, turn))

    def pack(self, _draft: turn_.Draft) -> None:
        """Nothing is sent anywhere."""

    async def write(self, draft: turn_.Draft) -> bool:
        """Write a turn at once. False: another writer took this turn, nothing is written."""
        at = draft.partition
        if (await self.head(at)).turn != draft.base.turn:
            return False
        self.heads[at] = draft.head
        self.nonces[at, draft.head.turn] = draft.nonce
        self.log.setdefault(at, []).extend(draft.log_rows())
        for answer in draft.answers:
            self.stored[at, answer.tenant, answer.key] = answer
        for table, rows in draft.changed.items():
            self.state.setdefault((at, table), {}).update(rows)
        for journal, entries in draft.rows.items():
            self.rows.setdefault((at, journal), []).extend(entries)
        return True
