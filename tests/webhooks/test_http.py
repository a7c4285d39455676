"""Webhooks over HTTP, and from the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from click.testing import CliRunner
from standardwebhooks import webhooks as standard

from culm import cli
from culm.webhooks import keys
from tests.http.conftest import Api, api, client

__all__ = ["api", "client"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://hooks.example.com/culm"


class Owner:
    """A tenant's view of its webhooks."""

    def __init__(self, client: httpx.AsyncClient, tenant: str) -> None:
        self.client = client
        self.tenant = tenant

    async def call(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = await self.client.request(
            method, "/v1/webhooks" + path, json=body, headers={"Culm-Tenant": self.tenant}
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    async def create(self, **more: Any) -> Any:
        return await self.call("POST", "/endpoints", {"url": URL, **more}, status=201)


@pytest_asyncio.fixture(loop_scope="module")
async def owner(client: httpx.AsyncClient, request: pytest.FixtureRequest) -> AsyncIterator[Owner]:
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    answer = await client.post(
        "/v1/ledger/tenants", json={"name": "Owner"}, headers={"Culm-Tenant": name}
    )
    assert answer.status_code == 201
    yield Owner(client, name)


async def test_an_endpoint_from_its_making_to_its_end(owner: Owner) -> None:
    made = await owner.create(event_types=["ledger.*"], description="orders")
    path = f"/endpoints/{made['id']}"
    assert made["state"] == "enabled"
    assert await owner.call("GET", path) == made
    assert (await owner.call("GET", "/endpoints"))["items"] == [made]

    changed = await owner.call("PATCH", path, {"payload": "thin"})
    assert (changed["payload"], changed["description"]) == ("thin", "orders")
    assert (await owner.call("POST", path + "/disable"))["reason"] == "owner"
    await owner.call("POST", path + "/test", status=409)
    assert (await owner.call("POST", path + "/enable"))["state"] == "enabled"
    assert (await owner.call("POST", path + "/test", status=201))["event"].startswith("evt_")
    assert (await owner.call("POST", path + "/delete"))["state"] == "deleted"
    await owner.call("GET", path, status=404)
    assert (await owner.call("GET", "/endpoints"))["items"] == []


async def test_a_secret_is_shown_and_rotated(owner: Owner) -> None:
    made = await owner.create()
    assert "secret" not in made
    path = f"/endpoints/{made['id']}"
    first = await owner.call("GET", path + "/secret")
    standard.Webhook(first["secret"])
    await owner.call("POST", path + "/rotate", {"overlap_seconds": 3_600})
    second = await owner.call("GET", path + "/secret")
    assert second["previous"] == first["secret"] != second["secret"]
    assert second["generation"] == 2

    other = await owner.create(signature="ed25519")
    shown = await owner.call("GET", f"/endpoints/{other['id']}/secret")
    assert shown["public_key"].startswith("whpk_")
    assert "secret" not in shown


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://localhost:8260/v1/ledger",
        "https://169.254.169.254/",
        "https://2130706433/",
        "https://a@hooks.example.com/",
    ],
)
async def test_urls_that_lead_inside_are_refused(owner: Owner, url: str) -> None:
    refused = await owner.call("POST", "/endpoints", {"url": url}, status=400)
    assert (refused["code"], refused["field"]) == ("webhook_url_invalid", "url")
    made = await owner.create()
    await owner.call("PATCH", f"/endpoints/{made['id']}", {"url": url}, status=400)


async def test_replays_attempts_and_deliveries(owner: Owner) -> None:
    made = await owner.create()
    path = f"/endpoints/{made['id']}"
    assert await owner.call("GET", path + "/attempts?outcome=failed") == {
        "items": [],
        "next_cursor": None,
    }
    await owner.call("GET", path + "/replay", status=404)
    begun = await owner.call(
        "POST", path + "/replays", {"since": "2026-01-01T00:00:00Z"}, status=201
    )
    assert await owner.call("GET", path + "/replay") == begun
    again = await owner.call(
        "POST", path + "/replays", {"since": "2026-01-01T00:00:00Z"}, status=409
    )
    assert again["code"] == "webhook_replay_running"
    position = int(made["id"][4:], 16)
    event = f"evt_{position - 1:016x}"  # the tenant's own beginning
    sent = await owner.call("POST", f"{path}/deliveries/{event}/replay", status=201)
    assert (sent["state"], sent["attempt"]) == ("due", 2)
    assert (await owner.call("GET", path + "/deliveries?state=due"))["items"] == [sent]
    assert (await owner.call("GET", path + "/deliveries?state=waiting"))["items"] == []


async def test_events_and_endpoints_of_others_are_not_to_be_found(
    owner: Owner, client: httpx.AsyncClient
) -> None:
    made = await owner.create()
    eve = Owner(client, "eve")
    theirs = await eve.create()
    event = f"evt_{int(made['id'][4:], 16) - 1:016x}"
    refused = await eve.call(
        "POST", f"/endpoints/{theirs['id']}/deliveries/{event}/replay", status=404
    )
    assert refused["code"] == "webhook_event_not_found"
    for path in ("", "/secret", "/attempts", "/deliveries", "/replay"):
        await eve.call("GET", f"/endpoints/{made['id']}{path}", status=404)
    assert (await eve.call("GET", "/endpoints"))["items"] == [theirs]


async def test_lists_come_in_pages(owner: Owner) -> None:
    made = [(await owner.create())["id"] for _ in range(5)]
    first = await owner.call("GET", "/endpoints?limit=3")
    rest = await owner.call("GET", f"/endpoints?limit=3&cursor={first['next_cursor']}")
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    for path in ("/endpoints", f"/endpoints/{made[0]}/attempts"):
        await owner.call("GET", path + "?cursor=AAAA", status=400)
        await owner.call("GET", path + "?limit=0", status=400)


async def test_the_master_key_lies_beside_the_signing_key(owner: Owner, api: Api) -> None:
    made = await owner.create()
    await owner.call("GET", f"/endpoints/{made['id']}/secret")
    file = api.platform.settings.data_path / "keys" / keys.FILE_NAME
    assert oct(file.stat().st_mode & 0o777) == "0o600"


async def test_the_command_line_shows_and_repeats(owner: Owner, api: Api) -> None:
    made = await owner.create(description="x")
    environment = {
        "CULM_DATABASE_URL": api.platform.settings.database_url,
        "CULM_DATA_DIR": api.platform.settings.data_dir,
        "COLUMNS": "200",
    }

    def culm(*arguments: str, exit_code: int = 0) -> str:
        import asyncio  # noqa: PLC0415
        import concurrent.futures  # noqa: PLC0415

        def run() -> Any:
            asyncio.set_event_loop(None)
            return CliRunner(env=environment).invoke(
                cli.culm, ["webhooks", "--tenant", owner.tenant, *arguments]
            )

        with concurrent.futures.ThreadPoolExecutor(1) as elsewhere:
            done = elsewhere.submit(run).result()
        assert done.exit_code == exit_code, done.output
        text: str = done.output
        return text

    assert made["id"] in culm("list")
    assert "attempt" in culm("attempts", made["id"], "--failed")
    culm("replay", made["id"], "--since", "2026-01-01T00:00:00+0000")
    event = f"evt_{int(made['id'][4:], 16) - 1:016x}"
    culm("replay", made["id"], "--event", event)
    assert "webhook_event_not_found" in culm("replay", made["id"], "--event", "evt_1", exit_code=1)
    culm("replay", made["id"], exit_code=2)
    assert (await owner.call("GET", f"/endpoints/{made['id']}/deliveries"))["items"]
