"""When there is too much work, when the database is gone, when we ourselves have failed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import structlog
from litestar import get

from culm import app
from culm.client import errors, types
from culm.gateway import limits
from culm.gateway import server as gateway
from culm.gateway.operation import OPEN
from culm.kernel import database, embedded, migrations, settings
from culm.ledger import routes
from tests.http.conftest import Tenant, postings, served
from tests.processes import processes_of
from tests.refusals import refused


@get("/broken", opt={OPEN: True})
async def broken() -> str:
    """A route with a defect."""
    raise RuntimeError("the password is hunter2")


@pytest.fixture
def lines() -> Iterator[list[structlog.typing.EventDict]]:
    """What was logged."""
    with structlog.testing.capture_logs() as captured:
        yield captured


@asynccontextmanager
async def opened(url: str, directory: Path, **more: int) -> AsyncIterator[Tenant]:
    """A tenant of a platform of its own."""
    read = settings.Settings(data_dir=str(directory), database_url=url, **more)  # type: ignore[arg-type]
    async with (
        app.open_platform(read, url) as platform,
        served(platform) as api,
    ):
        tenant = api.tenant("acme")
        await tenant.api.ledger.tenants.create(name="Acme")
        await tenant.open("assets:bank")
        await tenant.open("liabilities:ann")
        yield tenant


async def book(tenant: Tenant, key: str) -> types.Transaction | errors.Problem:
    """Book one cent under a key: the transaction, or why there is none."""
    cent = postings("assets:bank", "liabilities:ann", 1)
    try:
        return await tenant.api.ledger.transactions.post(postings=cent, idempotency_key=key)
    except errors.Problem as problem:
        return problem


async def test_too_much_work_is_refused_at_once_and_done_later(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path, queue_weight=2) as tenant:
        answers = await asyncio.gather(*(book(tenant, f"b{n}") for n in range(200)))
        booked = [answer for answer in answers if isinstance(answer, types.Transaction)]
        busy = [answer for answer in answers if isinstance(answer, errors.Problem)]
        assert booked
        assert busy
        for answer in busy:
            assert (type(answer), answer.code) == (errors.Unavailable, "busy")
            assert answer.retry_after_seconds == answer.document["retry_after_seconds"] == 1
        assert await tenant.posted("assets:bank") == len(booked)


async def test_a_key_that_is_being_decided_is_not_decided_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path) as tenant:
        answers = await asyncio.gather(*(book(tenant, "one") for _ in range(20)))
        booked = [answer for answer in answers if isinstance(answer, types.Transaction)]
        assert len({answer.id for answer in booked}) == 1
        for answer in answers:
            if isinstance(answer, errors.Problem):
                assert (type(answer), answer.code) == (errors.Conflict, "in_progress")
        assert await tenant.posted("assets:bank") == 1


HEAD = (
    b"POST /v1/ledger/transactions HTTP/1.1\r\nHost: localhost\r\nCulm-Tenant: acme\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)


@pytest.mark.parametrize("trickling", [False, True], ids=["silent", "a byte at a time"])
async def test_a_body_that_does_not_end_is_given_up_and_the_connection_closed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trickling: bool
) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.5)
    async with opened(database_url, tmp_path) as tenant:
        reader, writer = await connection(tenant, HEAD % 5_000 + b"{")
        answered = asyncio.create_task(reader.read())
        while trickling and not answered.done():
            writer.write(b" ")
            await asyncio.sleep(0.05)
        head, _, body = (await answered).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 ")
        assert b"\r\nconnection: close" in head.lower()
        problem = json.loads(body)
        assert (problem["code"], problem["field"]) == ("body_timeout", "body")
        await tenant.pay("assets:bank", "liabilities:ann", 1)
        writer.close()


async def test_bodies_are_held_up_to_a_number_of_bytes_all_together(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_HELD_BYTES", 100_000)
    async with opened(database_url, tmp_path) as tenant:
        _, writer = await connection(tenant, HEAD % 200_000 + b" " * 99_990)
        await asyncio.sleep(0.3)
        busy = await book(tenant, "one")
        assert isinstance(busy, errors.Unavailable)
        assert (busy.code, busy.retry_after_seconds) == ("busy", 1)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.3)
        for key in ("one", "two"):
            assert isinstance(await book(tenant, key), types.Transaction)


async def test_while_its_database_hangs_the_platform_says_so_soon(tmp_path: Path) -> None:
    with embedded.Server.start(tmp_path / "server", settings={"fsync": "off"}) as server:
        migrations.migrate(server.url, app.MIGRATIONS)
        async with opened(server.url, tmp_path) as tenant:
            pids = processes_of(tmp_path / "server")
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            try:
                for _ in range(2):
                    began = time.monotonic()
                    with refused("unavailable"):
                        await tenant.api.ready()
                    assert time.monotonic() - began < app.READY_SECONDS + 1
                reads = [
                    asyncio.create_task(tenant.api.ledger.accounts.list().page())
                    for _ in range(2 * database.POOL_CONNECTIONS)
                ]
                done, held = await asyncio.wait(reads, timeout=database.ACQUIRE_SECONDS + 1)
                assert {read.exception().code for read in done} == {"unavailable"}  # type: ignore[union-attr]
                assert len(held) <= database.POOL_CONNECTIONS
            finally:
                for pid in pids:
                    os.kill(pid, signal.SIGCONT)
            await asyncio.gather(*held)
            assert (await tenant.api.ready()).status == "ready"


async def test_without_its_database_the_platform_says_so(tmp_path: Path) -> None:
    server = embedded.Server.start(tmp_path / "server", settings={"fsync": "off"})
    try:
        migrations.migrate(server.url, app.MIGRATIONS)
        async with opened(server.url, tmp_path) as tenant:
            os.kill(server.pid, signal.SIGQUIT)
            await _gone(server)
            for path in ("/ready", "/v1/ledger/accounts", "/v1/ledger/checkpoints"):
                with pytest.raises(errors.Unavailable) as raised:
                    await tenant.api.request("GET", path)
                assert (raised.value.code, raised.value.retry_after_seconds) == ("unavailable", 1)
                assert str(tmp_path) not in str(raised.value.document)
            assert (await tenant.api.health()).status == "ok"
            await asyncio.to_thread(server.ensure_running)
            await tenant.pay("assets:bank", "liabilities:ann", 1)
            assert (await tenant.api.ready()).status == "ready"
    finally:
        server.stop()


async def test_a_defect_is_logged_and_nothing_of_it_shown(
    lines: list[structlog.typing.EventDict],
) -> None:
    served_app = gateway.application(None, [routes.ROUTER, broken])  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=served_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/broken", headers={"Request-Id": "r-1"})
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "/problems/internal",
        "title": "Internal",
        "status": 500,
        "code": "internal",
        "detail": answer.json()["detail"],
        "request_id": "r-1",
    }
    assert "hunter2" not in answer.text
    assert [(line["request_id"], str(line["exc_info"])) for line in lines] == [
        ("r-1", "the password is hunter2")
    ]


async def connection(
    tenant: Tenant, sent: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the tenant's platform, on which something was sent."""
    url = urlsplit(tenant.of.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    line, _, rest = sent.partition(b"\r\n")
    key = f"\r\nAuthorization: Bearer {tenant.of.operator}\r\n"
    writer.write(line + key.encode() + rest)
    await writer.drain()
    return reader, writer


async def _gone(server: embedded.Server) -> None:
    for _ in range(500):
        if not server.is_running():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError
