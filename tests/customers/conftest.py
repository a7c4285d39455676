"""A whole platform at work, with a receiver of webhooks: all that anybody is told of customers."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest

from culm import app, working
from culm.client import errors
from culm.facts import bus as bus_
from culm.facts import stream
from culm.kernel import logs, nats_server, settings
from tests.customers import planting
from tests.facts.conftest import READ_ALL, running, until
from tests.http.conftest import Tenant, served
from tests.webhooks.conftest import Receiver, receiving


@dataclass
class World:
    """A whole platform at work, its tenant acme, and all that it told anybody."""

    platform: app.Platform
    tenant: Tenant
    receiver: Receiver
    nats_url: str
    directory: Path
    planter: planting.Planter = field(default_factory=planting.Planter)
    problems: list[bytes] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """A request of one's own, as what is planted may be anything; what is refused is kept to be
        looked through."""
        try:
            asked = self.tenant.api.request(method, path, body=body, idempotency_key=key or None)
            return (await asked).json()
        except errors.Problem as problem:
            self.problems.append(msgspec.json.encode(problem.document))
            return problem.document

    async def customer(self, body: Any, *, key: str = "") -> Any:
        return await self.ask("POST", "/v1/customers", body, key=key)

    async def do(self, customer: str, *steps: str) -> Any:
        """Steps of a customer's life, one after the other; the last answer."""
        answer = None
        for step in steps:
            answer = await self.ask("POST", f"/v1/customers/{customer}/{step}")
        return answer

    async def count(self, query: str) -> int:
        found: int = await self.platform.db.fetchval(f"select count(*) from {query}")
        return found

    async def stream(self) -> bytes:
        """All that JetStream holds, once it holds the whole log."""
        size = await self.count("book_log")
        connection = await nats.connect(self.nats_url)
        jetstream = connection.jetstream()

        async def complete() -> bool:
            with contextlib.suppress(nats.js.errors.NotFoundError):
                info = await jetstream.stream_info(stream.name_of(0))
                return bool(info.state.messages >= size)
            return False

        await until(complete)
        reader = await jetstream.pull_subscribe("", stream=stream.name_of(0), config=READ_ALL)
        messages = await reader.fetch(size, timeout=10)
        while len(messages) < size:
            messages += await reader.fetch(size - len(messages), timeout=10)
        await connection.close()
        told = [f"{one.subject} {one.headers} ".encode() + one.data for one in messages]
        return b"\n".join(told)

    async def told(self, *contexts: str) -> bytes:
        """All that the receiver of webhooks got, once it has all facts of these contexts."""
        expected, got = 0, self.receiver.got
        for context in contexts:
            expected += await self.count(f"book_log where type like '{context}.%'")

        def complete() -> bool:
            types = [one.json["type"].partition(".")[0] for one in got]
            return sum(map(types.count, contexts)) >= expected

        await until(complete)
        return b"\n".join(str(one.headers).encode() + one.body for one in got)

    async def heard(self, asked: Awaitable[Any]) -> Any:
        """Something that is asked by the client; what is refused is kept to be looked through."""
        try:
            return await asked
        except errors.Problem as problem:
            self.problems.append(msgspec.json.encode(problem.document))
            raise


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log of the process, as production writes it."""
    text = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", text)
        logs.configure(level=logging.DEBUG)
        yield text
    logs.configure()


@asynccontextmanager
async def at_work(
    url: str, directory: Path, *, clock: datetime | None = None
) -> AsyncIterator[World]:
    """A platform with everything that goes on behind it, and a webhook that is told all. With a
    `clock`, its tenant is one of the sandbox, where that stands."""
    read = settings.Settings(data_dir=str(directory), database_url=url, webhook_targets="any")
    with nats_server.Server.start(directory) as server:
        bus = bus_.Bus(server.url)
        async with (
            receiving() as receiver,
            app.open_platform(read, url) as platform,
            served(platform) as api,
            running(bus.run, lambda: working.work(platform, bus)),
        ):
            opened = World(platform, api.tenant("acme"), receiver, server.url, directory)
            await opened.tenant.api.ledger.tenants.create(
                name="Acme", sandbox=clock is not None, clock=clock
            )
            await opened.tenant.api.webhooks.endpoints.create(url=receiver.url)
            yield opened
