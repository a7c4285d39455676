"""The connection to NATS: opened in the background, and opened again whenever it is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import nats
import structlog
from nats import errors as nats_errors
from nats.aio import client as client_

from culm.kernel import secrets

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 0.25
CONNECT_SECONDS: Final = 5
PING_SECONDS: Final = 5
"""A server that has not answered two of these is given up."""
DRAIN_SECONDS: Final = 2.0


class Bus:
    """One connection of this process to NATS, wherever it is. `run` keeps it.

    `url` names one server or several, with commas between; `credentials` is a file of NATS's own
    kind (JWT and seed), or empty.
    """

    def __init__(self, url: str, *, credentials: str = "") -> None:
        self._servers = [server.strip() for server in url.split(",")]
        self._credentials = credentials
        self._client: client_.Client | None = None
        self._there = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether the connection is there at present."""
        return self._client is not None and self._client.is_connected

    async def run(self) -> None:
        """Keep the connection, until cancelled."""
        while True:
            try:
                async with self._open() as closed:
                    await closed.wait()
            except (OSError, nats_errors.Error, TimeoutError) as error:
                log.debug("NATS cannot be reached", error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)

    async def client(self) -> client_.Client:
        """The connection, as soon as there is one."""
        while self._client is None:
            await self._there.wait()
        return self._client

    async def use(self, work: Callable[[client_.Client], Awaitable[None]]) -> None:
        """Have work done with the connection; when that is closed for good the work is cancelled,
        and begun again with the next. A connection that is only interrupted comes back by itself.
        """
        while True:
            client = await self.client()
            task = asyncio.ensure_future(work(client))
            try:
                while not client.is_closed and not task.done():
                    await asyncio.wait({task}, timeout=RETRY_SECONDS)
                if task.done():
                    return task.result()
            finally:
                task.cancel()
                await asyncio.wait({task})

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[asyncio.Event]:
        closed, closing = asyncio.Event(), False

        async def on_closed() -> None:
            closed.set()

        async def on_disconnected() -> None:
            if not closing:
                log.warning("the connection to NATS is lost")

        options: dict[str, Any] = {}
        if self._credentials:
            options["user_credentials"] = self._credentials
        client = await nats.connect(
            self._servers,
            name="culm",
            connect_timeout=CONNECT_SECONDS,
            reconnect_time_wait=RETRY_SECONDS,
            max_reconnect_attempts=-1,
            ping_interval=PING_SECONDS,
            max_outstanding_pings=2,
            closed_cb=on_closed,
            disconnected_cb=on_disconnected,
            reconnected_cb=_reconnected,
            error_cb=_error,
            drain_timeout=int(DRAIN_SECONDS),
            skip_subject_validation=True,  # our subjects are our own
            **options,
        )
        self._client = client
        self._there.set()
        try:
            _require_wanted()
            yield closed
        finally:
            closing = True
            self._client = None
            self._there.clear()
            with contextlib.suppress(nats_errors.Error, TimeoutError, OSError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await client.close()


def _require_wanted() -> None:
    """Be cancelled, if somebody has asked for it: while it connects, nats-py may not listen."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _reconnected() -> None:
    log.info("the connection to NATS is back")


async def _error(error: Exception) -> None:
    log.debug("NATS", error=secrets.masked_servers(repr(error)))
