"""A NATS server of each test's own, and the platform's parts on it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats
import pytest
from nats.aio import client as client_
from nats.js import api

from culm.facts import bell, bus, cloudevent, relay, stream
from culm.kernel import nats_server, processes
from culm.ledger import commands
from tests.conftest import Ledger

PATIENCE_SECONDS = 30.0
READ_ALL = api.ConsumerConfig(inactive_threshold=5, ack_policy=api.AckPolicy.NONE)


@pytest.fixture
def nats_(tmp_path: Path) -> Iterator[nats_server.Server]:
    """A running NATS with JetStream."""
    with nats_server.Server.start(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    """Have what nats-py leaves open of lines that were cut collected within the test that cut."""
    yield
    gc.collect()


@pytest.fixture
async def client(nats_: nats_server.Server) -> AsyncIterator[client_.Client]:
    """A reader's own connection to it."""
    connection = await nats.connect(
        nats_.url, reconnect_time_wait=0.05, max_reconnect_attempts=-1, error_cb=_quiet
    )
    yield connection
    with suppress(OSError):
        await connection.close()


async def _quiet(_error: Exception) -> None:
    """Tests kill the server on purpose."""


@asynccontextmanager
async def running(*works: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Work that goes on in the background until the block ends."""
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def relaying(
    ledger: Ledger, url: str, *, layout: stream.Layout | None = None
) -> AsyncIterator[relay.Relay]:
    """A relay of the ledger's partition, until the block ends."""
    bus_ = bus.Bus(url)
    relay_ = relay.Relay(
        ledger.partition,
        bus=bus_,
        db=ledger.db,
        bell=bell.Bell(),
        origin="culm.test",
        layout=layout or stream.Layout(),
    )
    async with running(bus_.run, relay_.run):
        yield relay_


async def until(condition: Callable[[], Awaitable[bool]] | Callable[[], bool]) -> None:
    """Wait for something to come true."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found: Any = condition()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.01)


async def _reader(client: client_.Client) -> Any:
    """A reader of everything; a cluster that has lost a server needs a while for it."""
    while True:
        try:
            return await client.jetstream().pull_subscribe(
                "", stream=stream.name_of(0), config=READ_ALL
            )
        except nats.errors.TimeoutError:
            await asyncio.sleep(0.1)


async def published(client: client_.Client, count: int) -> list[Any]:
    """The first messages of the stream, once there are so many."""

    async def enough() -> bool:
        with suppress(nats.js.errors.NotFoundError, nats.errors.Error):
            info = await client.jetstream().stream_info(stream.name_of(0))
            return info.state.last_seq >= count
        return False

    await until(enough)
    subscription = await _reader(client)
    messages: list[Any] = []
    while len(messages) < count:
        messages += await subscription.fetch(min(200, count - len(messages)), timeout=5)
    return messages


def places(messages: list[Any]) -> list[tuple[int, str]]:
    """The position and the id of each message's event."""
    events = [cloudevent.decode(message.data) for message in messages]
    return [(event.position, event.id) for event in events]


def expected(count: int) -> list[tuple[int, str]]:
    """The same of a log of so many events."""
    return [(position, cloudevent.id_of(0, position)) for position in range(count)]


async def open_account(ledger: Ledger, number: int) -> None:
    """Record one event."""
    await ledger.submit(commands.OpenAccount(code=f"assets:a{number}", currency="USD"))


async def begin(ledger: Ledger) -> None:
    """Record the first event."""
    await ledger.submit(commands.CreateTenant(name="Acme"))


def port_of(url: str) -> int:
    """The port of a URL."""
    port = urlsplit(url).port
    assert port is not None
    return port


def through(url: str, port: int) -> str:
    """The URL, with another port."""
    return url.replace(f":{port_of(url)}", f":{port}")


def kill(server: nats_server.Server) -> None:
    """SIGKILL, and wait until it is gone."""
    os.kill(server.pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not server.is_running(), PATIENCE_SECONDS)
