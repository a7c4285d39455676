"""Serving: the HTTP API in this process, and what has to happen again and again beside it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from culm import app, telemetry
from culm.facts.projections import routes as projections
from culm.gateway import server as gateway
from culm.kernel import deadline, errors
from culm.ledger import commands, reads, routes

log = structlog.get_logger(__name__)

SWEEP_SECONDS: Final = 1.0
"""How often holds are looked through for those whose time has come."""

SWEEP_HOLDS: Final = 1_000
"""How many holds are expired at once."""

SEAL_SECONDS: Final = 10.0
"""How often a partition that has moved gets a signed checkpoint."""

START_LIMIT_SECONDS: Final = 15.0

STOP_SECONDS: Final = 5.0
"""How long the requests that are being answered may take when the API stops. Whoever has not sent
or read everything by then is cut off."""

BACKLOG: Final = 1_024
"""Connections that may wait to be accepted."""

BACKPRESSURE: Final = 1_024
"""Connections that are served at once, idle ones included; others wait in the backlog."""


ROUTES: Final = (routes.ROUTER, projections.ROUTER)
"""The routes of every context."""


@asynccontextmanager
async def api(platform: app.Platform, port: int) -> AsyncIterator[str]:
    """The API on a loopback port, until the block ends; yields its URL.

    Raises `Unavailable` when it cannot listen, and what `Platform.seal` raises: a key or an origin
    that is not the log's is found before anybody relies on it.
    """
    await platform.seal()
    host = platform.settings.host
    server = Server(
        gateway.application(platform, ROUTES, telemetry.collectors(platform)),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        log_enabled=False,
        websockets=False,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _listening(host, port, serving)
        gc.collect()
        gc.freeze()  # what was loaded to serve will be there until the end: never look at it again
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await deadline.within(STOP_SECONDS, serving)


async def _listening(host: str, port: int, serving: asyncio.Task[None]) -> None:
    async with asyncio.timeout(START_LIMIT_SECONDS):
        while not serving.done():
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(host, port)
                writer.close()
                return
            await asyncio.sleep(0.02)
    raise errors.Unavailable(f"The API cannot listen on {host}:{port}; is the port taken?")


async def keep(platform: app.Platform) -> None:
    """Sweep expired holds, sign checkpoints and feed the projections until cancelled; what fails is
    tried again."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(platform.projector.run())
        tasks.create_task(_again(SWEEP_SECONDS, lambda: sweep_holds(platform)))
        tasks.create_task(_again(SEAL_SECONDS, platform.seal))


async def sweep_holds(platform: app.Platform) -> int:
    """Expire the holds whose time has come; how many there were."""
    swept = 0
    for partition in range(len(platform.books)):
        while some := await _sweep_some(platform, partition):
            swept += some
    return swept


async def _sweep_some(platform: app.Platform, partition: int) -> int:
    due = await reads.due_holds(
        platform.db, partition=partition, now=platform.clock(), limit=SWEEP_HOLDS
    )
    expired = 0
    for tenant, holds in itertools.groupby(sorted(due), key=lambda pair: pair[0]):
        command = commands.ExpireHolds(holds=tuple(hold for _, hold in holds))
        answer = await platform.submit(command, tenant=tenant, actor="sweep")
        expired += len(answer.holds)
    return expired


async def _again(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # whatever it was: the API goes on, and so does this
            log.warning("housekeeping failed, and is tried again", error=repr(error))
        await asyncio.sleep(seconds)
