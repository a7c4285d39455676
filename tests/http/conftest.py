"""The API as its callers see it: the whole platform, served on a loopback port."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from culm import app, serving
from culm import client as culm
from culm.access import keeping
from culm.client import errors, types
from culm.kernel import embedded, settings
from tests.http import wire as wire_

Json = dict[str, Any]
T = TypeVar("T")

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

    def client(self, key: str | None = None, **more: Any) -> culm.AsyncClient:
        """A client that tries once: the operator's, or that of who has this key."""
        given = self.operator if key is None else key
        return culm.AsyncClient(given, url=self.url, retries=culm.NEVER, **more)

    def tenant(self, name: str) -> Tenant:
        """A tenant's view of the API."""
        return Tenant(self, name)


class Tenant:
    """One tenant's view of the API: through the client, with short names for what journeys do
    again and again."""

    def __init__(self, of: wire_.Served, tenant: str) -> None:
        self.id = tenant
        self.of = of
        self.api = culm.AsyncClient(of.operator, url=of.url, tenant=tenant, retries=culm.NEVER)
        self._keys = itertools.count(1)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        status: int,
        key: str | None = None,
    ) -> Any:
        """One request of one's own under /v1/ledger, or at another path of /v1, its status checked;
        the JSON of the answer, or the problem."""
        if method != "GET":
            key = key or f"k{next(self._keys)}"
        where = path if path.startswith("/v1/") else "/v1/ledger" + path
        try:
            answer = await self.api.request(method, where, body=body, idempotency_key=key)
        except errors.Problem as problem:
            if problem.status != status:
                raise
            return problem.document
        assert answer.status == status, answer.text
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


def expanded(kind: type[T], of: msgspec.Struct, **what: Any) -> T:
    """A thing as it is when these others are given with it."""
    return kind(**(msgspec.structs.asdict(of) | what))


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
async def wire(api: Api) -> AsyncIterator[wire_.Wire]:
    """Raw requests, for the few tests that are about them."""
    async with wire_.Wire(api) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def acme(api: Api) -> Tenant:
    """A new tenant with a bank account and a customer."""
    tenant = api.tenant(f"acme-{next(_tenants)}")
    await tenant.api.ledger.tenants.create(name="Acme")
    await tenant.open("assets:bank")
    await tenant.open("liabilities:ann", minimum=0)
    return tenant
