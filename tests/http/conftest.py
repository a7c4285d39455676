"""The API as its callers see it: the whole platform, served by Granian on a loopback port."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from culm import app, serving
from culm import client as culm
from culm.access import keeping
from culm.client import types
from culm.kernel import embedded, settings

Json = dict[str, Any]

_databases = itertools.count(1)
_tenants = itertools.count(1)


class Api:
    """A served platform."""

    def __init__(self, platform: app.Platform, port: int) -> None:
        self.platform = platform
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.operator = keeping.of(platform.settings.data_path / "keys").operator
        """The token that opens everything."""

    @property
    def headers(self) -> dict[str, str]:
        """What makes whoever sends it the operator."""
        return {"Authorization": f"Bearer {self.operator}"}


class Tenant:
    """One tenant's view of the API: through the client, with short names for what journeys do
    again and again, and as raw requests for what the client would not send."""

    def __init__(self, client: httpx.AsyncClient, tenant: str) -> None:
        self.client = client
        self.id = tenant
        key = client.headers["authorization"].removeprefix("Bearer ")
        self.api = culm.AsyncClient(
            key, url=str(client.base_url), tenant=tenant, retries=culm.NEVER
        )
        self._keys = itertools.count(1)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        status: int,
        key: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One request under /v1/ledger, or at another path of /v1, its status checked; the JSON of
        the answer."""
        headers = {"Culm-Tenant": self.id}
        if method != "GET":
            headers["Idempotency-Key"] = key or f"k{next(self._keys)}"
        if request_id is not None:
            headers["Request-Id"] = request_id
        where = path if path.startswith("/v1/") else "/v1/ledger" + path
        answer = await self.client.request(method, where, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.text

    async def post(
        self, path: str, body: object = None, *, status: int = 201, key: str | None = None
    ) -> Any:
        """A command."""
        return await self.call("POST", path, body, status=status, key=key)

    async def get(self, path: str, *, status: int = 200) -> Any:
        """A read."""
        return await self.call("GET", path, status=status)

    async def open(self, code: str, currency: str = "EUR", minimum: int | None = None) -> str:
        """Open an account; its id."""
        account = await self.api.ledger.accounts.open(code=code, currency=currency, minimum=minimum)
        return account.id

    async def pay(
        self,
        debit: str,
        credit: str,
        amount: int | str,
        reference: str | None = None,
        effective: datetime | None = None,
    ) -> types.Transaction:
        """A transaction of two postings."""
        return await self.api.ledger.transactions.post(
            postings=postings(debit, credit, amount), reference=reference, effective=effective
        )

    async def posted(self, account: str) -> int:
        """What is posted on an account."""
        return (await self.api.ledger.accounts.balance(account)).posted


def postings(debit: str, credit: str, amount: int | str) -> list[types.PostingRequest]:
    """Two postings."""
    return [
        {"account": debit, "side": "debit", "amount": amount},
        {"account": credit, "side": "credit", "amount": amount},
    ]


@asynccontextmanager
async def served(platform: app.Platform) -> AsyncIterator[Api]:
    """A platform as it is served, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with serving.api(platform, port):
        yield Api(platform, port)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(
    server: embedded.Server, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    """The platform on a database of its own, for all tests of a module."""
    name = f"http_{next(_databases)}"
    owner = await asyncpg.connect(server.url_for("postgres", "postgres"))
    await owner.execute(f"create database {name} template {template}")
    url = server.url_for("postgres", name)
    read = settings.Settings(data_dir=str(tmp_path_factory.mktemp("keys")), database_url=url)
    async with app.open_platform(read, url) as platform, served(platform) as running:
        await platform.projector.step()  # so that every projection is there
        projecting = asyncio.create_task(platform.projector.run())
        yield running
        projecting.cancel()
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API: the operator's, who may do everything for whatever tenant he names."""
    async with httpx.AsyncClient(base_url=api.url, timeout=30, headers=api.headers) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def acme(client: httpx.AsyncClient) -> Tenant:
    """A new tenant with a bank account and a customer."""
    tenant = Tenant(client, f"acme-{next(_tenants)}")
    await tenant.api.ledger.tenants.create(name="Acme")
    await tenant.open("assets:bank")
    await tenant.open("liabilities:ann", minimum=0)
    return tenant
