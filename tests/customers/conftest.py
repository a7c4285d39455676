"""A whole platform at work, with a receiver of webhooks: all that anybody is told of customers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import nats

from culm import app, working
from culm.client import errors
from culm.facts import bus as bus_
from culm.facts import stream
from culm.kernel import nats_server, settings
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

    async def told(self) -> bytes:
        """All that the receiver of webhooks got, once it has all facts of customers."""
        expected, got = (
            await self.count("book_log where type like 'customers.%'"),
            self.receiver.got,
        )

        def complete() -> bool:
            return (
                len([one for one in got if one.json["type"].startswith("customers.")]) >= expected
            )

        await until(complete)
        return b"\n".join(str(one.headers).encode() + one.body for one in got)


@asynccontextmanager
async def at_work(url: str, directory: Path) -> AsyncIterator[World]:
    """A platform with everything that goes on behind it, and a webhook that is told all."""
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
            await opened.tenant.api.ledger.tenants.create(name="Acme")
            await opened.tenant.api.webhooks.endpoints.create(url=receiver.url)
            yield opened
