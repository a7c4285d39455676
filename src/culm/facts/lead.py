"""Which of several processes does what only one of them should do at a time.

Leads are session advisory locks of PostgreSQL, all of them on one connection of this process. They
save work, and keep order where the work itself cannot tell that it has been overtaken; that what
is done twice has one effect is for the work to see to.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any, Final

import asyncpg
import structlog

from culm.facts import queries
from culm.kernel import deadline

log = structlog.get_logger(__name__)

Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]

TAKE_OVER_SECONDS: Final = 0.5
"""How often a process that does not lead looks whether it may."""

HEARTBEAT_SECONDS: Final = 1.0
SILENCE_SECONDS: Final = 5.0
"""A database that has not answered for so long may have given our leads to somebody else."""

KEEPALIVE: Final = (
    "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3"
)
"""A leader whose machine is gone loses its leads in seconds, not in hours."""


class Leads:
    """The leads of this process. `run` keeps the connection; `lead` does work while leading."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: asyncpg.Connection[Any] | None = None
        self._lost = asyncio.Event()
        self._one_asks = asyncio.Lock()
        self.held: set[str] = set()
        """What this process leads at present."""

    async def run(self) -> None:
        """Keep the connection that the leads hang on, until cancelled."""
        try:
            while True:
                try:
                    await self._hold()
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as e:
                    log.warning("leads cannot be held", error=repr(e))
                self._lose()
                await asyncio.sleep(TAKE_OVER_SECONDS)
        finally:
            self._lose()

    async def lead(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work for as long as this process leads it; wait to take over when it does not.

        The work is cancelled when the lead is lost. When it returns or fails, the lead is given
        back, and taken again. Never returns.
        """
        while True:
            if await self._take(name):
                await self._work(name, work)
            await asyncio.sleep(TAKE_OVER_SECONDS)

    async def _work(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        lost = self._lost
        task = asyncio.ensure_future(work())
        losing = asyncio.create_task(lost.wait())
        self.held.add(name)
        try:
            await asyncio.wait({task, losing}, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and not task.cancelled() and (error := task.exception()):
                log.error("what this process leads has failed", lead=name, error=repr(error))
        finally:
            losing.cancel()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
            self.held.discard(name)
            if not lost.is_set():
                await self._give_back(name)

    async def _hold(self) -> None:
        connection = await self._connect()
        try:
            await connection.execute(KEEPALIVE)
            self._lost, self._connection = asyncio.Event(), connection
            while True:
                await asyncio.sleep(HEARTBEAT_SECONDS)
                async with self._one_asks:
                    await deadline.within(SILENCE_SECONDS, connection.execute("select 1"))
        finally:
            connection.terminate()

    def _lose(self) -> None:
        self._connection = None
        self._lost.set()

    async def _take(self, name: str) -> bool:
        return await self._ask(queries.QUERIES["take_lead"], name)

    async def _give_back(self, name: str) -> None:
        await self._ask(queries.QUERIES["give_lead_back"], name)

    async def _ask(self, query: str, name: str) -> bool:
        connection = self._connection
        if connection is None:
            return False
        try:
            async with self._one_asks:
                asked = connection.fetchval(query, _number(name))
                return bool(await deadline.within(SILENCE_SECONDS, asked))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False


def _number(name: str) -> int:
    """The lock's number, of PostgreSQL's bigint: the same in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
