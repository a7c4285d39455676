"""What the Book needs of a store. Two real ones exist: PostgreSQL and memory."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from culm.book import event as event_
from culm.book import idempotency
from culm.book import table as table_
from culm.book import turn as turn_


class InDoubt(Exception):
    """The connection was lost while a turn was being written: it may have landed or not."""


class Refused(Exception):
    """The store refused what it was asked to read or write, for what is in it. A turn that was
    refused has not landed."""


class Unreachable(Exception):
    """The store cannot be reached at present."""


class Store(Protocol):
    """State, log and answers of every partition, written one turn at a time."""

    def keeps(self, table: table_.Table[Any]) -> bool:
        """Whether a turn's changes of this table are written; the others follow from them."""

    async def head(self, partition: int) -> turn_.Head:
        """Where the partition stands; it is created when it is new. Raises `Unreachable`."""

    async def lock(self, partition: int) -> turn_.Head:
        """Shut out other writers until the next `write` or `unlock`; the head as it is then."""

    async def unlock(self) -> None:
        """Give the lock back without writing."""

    async def load(
        self, table: table_.Table[Any], partition: int, keys: Collection[table_.Key]
    ) -> dict[Any, Any]:
        """The rows at these keys, all in one round trip. A key without a row is left out."""

    async def events(self, partition: int, positions: Collection[int]) -> dict[int, event_.LogRow]:
        """The log rows at these positions."""

    async def answers(
        self, partition: int, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], idempotency.Answer]:
        """The stored answers for these (tenant, key) pairs."""

    def pack(self, draft: turn_.Draft) -> Any:
        """Make what is sent when the turn is written, if there is time for it now; else None.

        Raises `Refused` for what cannot be written.
        """

    async def write(self, draft: turn_.Draft) -> bool:
        """Write a turn in one commit. False: another writer took this turn, nothing is written.

        Raises `InDoubt`, `Refused`, or `Unreachable` when nothing can have been sent.
        """

    async def nonce(self, partition: int, turn: int) -> str | None:
        """The nonce of a turn that was taken, or None. Raises `Unreachable`."""
