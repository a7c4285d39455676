"""When there is too much work, when the database is gone, when we ourselves have failed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import structlog
from litestar import get

from culm import app
from culm.gateway import server as gateway
from culm.kernel import embedded, migrations, settings
from culm.ledger import routes
from tests.http.conftest import Tenant, served


@get("/broken")
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
        httpx.AsyncClient(base_url=api.url, timeout=60) as client,
    ):
        tenant = Tenant(client, "acme")
        await tenant.post("/tenants", {"name": "Acme"})
        await tenant.open("assets:bank")
        await tenant.open("liabilities:ann")
        yield tenant


def booking(tenant: Tenant, key: str) -> dict[str, object]:
    """The arguments of a request that books one cent."""
    postings = [
        {"account": "assets:bank", "side": "debit", "amount": 1},
        {"account": "liabilities:ann", "side": "credit", "amount": 1},
    ]
    headers = {"Culm-Tenant": tenant.id, "Idempotency-Key": key}
    return {"url": "/v1/ledger/transactions", "json": {"postings": postings}, "headers": headers}


async def test_too_much_work_is_refused_at_once_and_done_later(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path, queue_weight=2) as tenant:
        answers = await asyncio.gather(
            *(tenant.client.post(**booking(tenant, f"b{n}")) for n in range(200))  # type: ignore[arg-type]
        )
        booked = [answer for answer in answers if answer.status_code == 201]
        busy = [answer for answer in answers if answer.status_code != 201]
        assert booked
        assert busy
        for answer in busy:
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert (answer.json()["code"], answer.json()["retry_after_seconds"]) == ("busy", 1)
        assert await tenant.posted("assets:bank") == str(len(booked))


async def test_a_key_that_is_being_decided_is_not_decided_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path) as tenant:
        answers = await asyncio.gather(
            *(tenant.client.post(**booking(tenant, "one")) for _ in range(20))  # type: ignore[arg-type]
        )
        booked = {answer.text for answer in answers if answer.status_code == 201}
        assert len(booked) == 1
        for answer in answers:
            if answer.status_code != 201:
                assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")
        assert await tenant.posted("assets:bank") == "1"


async def test_without_its_database_the_platform_says_so(tmp_path: Path) -> None:
    server = embedded.Server.start(tmp_path / "server", settings={"fsync": "off"})
    try:
        migrations.migrate(server.url, app.MIGRATIONS)
        async with opened(server.url, tmp_path) as tenant:
            os.kill(server.pid, signal.SIGQUIT)
            await _gone(server)
            for path in ("/ready", "/v1/ledger/accounts", "/v1/ledger/checkpoints"):
                answer = await tenant.client.get(path, headers={"Culm-Tenant": tenant.id})
                assert answer.status_code == 503, answer.text
                assert answer.json()["code"] == "unavailable"
                assert answer.headers["retry-after"] == "1"
                assert str(tmp_path) not in answer.text
            assert (await tenant.client.get("/health")).status_code == 200
            await asyncio.to_thread(server.ensure_running)
            await tenant.pay("assets:bank", "liabilities:ann", 1)
            assert (await tenant.client.get("/ready")).status_code == 200
    finally:
        server.stop()


async def test_a_defect_is_logged_and_nothing_of_it_shown(
    lines: list[structlog.typing.EventDict],
) -> None:
    served_app = gateway.application(None, [routes.ROUTER, broken])  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=served_app)  # type: ignore[arg-type]
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


async def _gone(server: embedded.Server) -> None:
    for _ in range(500):
        if not server.is_running():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError
