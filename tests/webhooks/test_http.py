"""Webhooks over HTTP, and from the command line."""

from __future__ import annotations

import functools
import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from click.testing import CliRunner
from standardwebhooks import webhooks as standard

from culm import cli
from culm.client import errors
from culm.webhooks import keys
from tests.http.conftest import Api, Tenant, api
from tests.refusals import refused

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://hooks.example.com/culm"

_tenants = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="module")
async def owner(api: Api) -> Tenant:
    """A new tenant."""
    tenant = api.tenant(f"owner-{next(_tenants)}")
    await tenant.api.ledger.tenants.create(name="Owner")
    return tenant


async def test_an_endpoint_from_its_making_to_its_end(owner: Tenant) -> None:
    endpoints = owner.api.webhooks.endpoints
    made = await endpoints.create(url=URL, event_types=["ledger.*"], description="orders")
    assert made.state == "enabled"
    assert await endpoints.get(made.id) == made
    assert [one async for one in endpoints.list()] == [made]

    changed = await endpoints.update(made.id, payload="thin")
    assert (changed.payload, changed.description) == ("thin", "orders")
    assert (await endpoints.disable(made.id)).reason == "owner"
    with refused("webhook_endpoint_disabled"):
        await endpoints.send_test(made.id)
    assert (await endpoints.enable(made.id)).state == "enabled"
    assert (await endpoints.send_test(made.id)).event.startswith("evt_")
    assert (await endpoints.delete(made.id)).state == "deleted"
    with refused("webhook_endpoint_not_found"):
        await endpoints.get(made.id)
    assert [one async for one in endpoints.list()] == []


async def test_a_secret_is_shown_and_rotated(owner: Tenant) -> None:
    endpoints = owner.api.webhooks.endpoints
    made = await endpoints.create(url=URL)
    shown = await owner.get(f"/v1/webhooks/endpoints/{made.id}")
    assert "secret" not in shown
    first = await endpoints.secret(made.id)
    assert first.secret is not None
    standard.Webhook(first.secret)
    await endpoints.rotate_secret(made.id, overlap_seconds=3_600)
    second = await endpoints.secret(made.id)
    assert second.previous == first.secret != second.secret
    assert second.generation == 2

    other = await endpoints.create(url=URL, signature="ed25519")
    by_key = await owner.get(f"/v1/webhooks/endpoints/{other.id}/secret")
    assert by_key["public_key"].startswith("whpk_")
    assert "secret" not in by_key


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
async def test_urls_that_lead_inside_are_refused(owner: Tenant, url: str) -> None:
    endpoints = owner.api.webhooks.endpoints
    with refused("webhook_url_invalid", "url"):
        await endpoints.create(url=url)
    made = await endpoints.create(url=URL)
    with refused("webhook_url_invalid", "url"):
        await endpoints.update(made.id, url=url)


async def test_replays_attempts_and_deliveries(owner: Tenant) -> None:
    endpoints, since = owner.api.webhooks.endpoints, datetime(2026, 1, 1, tzinfo=UTC)
    made = await endpoints.create(url=URL)
    nothing = await endpoints.attempts(made.id, outcome="failed").page()
    assert (nothing.items, nothing.next_cursor) == ((), None)
    with pytest.raises(errors.NotFound):
        await endpoints.replay(made.id)
    begun = await endpoints.start_replay(made.id, since=since)
    assert await endpoints.replay(made.id) == begun
    with refused("webhook_replay_running"):
        await endpoints.start_replay(made.id, since=since)
    sent = await endpoints.replay_delivery(made.id, before(made.id))
    assert (sent.state, sent.attempt) == ("due", 2)
    assert [one async for one in endpoints.deliveries(made.id, state="due")] == [sent]
    assert [one async for one in endpoints.deliveries(made.id, state="waiting")] == []


def before(endpoint: str) -> str:
    """The event before the one that made an endpoint: its owner's own beginning."""
    return f"evt_{int(endpoint[4:], 16) - 1:016x}"


async def test_events_and_endpoints_of_others_are_not_to_be_found(owner: Tenant, api: Api) -> None:
    made = await owner.api.webhooks.endpoints.create(url=URL)
    eves = api.tenant("eve").api.webhooks.endpoints
    theirs = await eves.create(url=URL)
    with refused("webhook_event_not_found"):
        await eves.replay_delivery(theirs.id, before(made.id))
    for asked in (
        eves.get(made.id),
        eves.secret(made.id),
        eves.attempts(made.id).page(),
        eves.deliveries(made.id).page(),
        eves.replay(made.id),
    ):
        with pytest.raises(errors.NotFound):
            await asked
    assert [one async for one in eves.list()] == [theirs]


async def test_lists_come_in_pages(owner: Tenant) -> None:
    endpoints = owner.api.webhooks.endpoints
    made = [(await endpoints.create(url=URL)).id for _ in range(5)]
    pages = [[one.id for one in page.items] async for page in endpoints.list(limit=3).pages()]
    assert pages == [made[:1:-1], made[1::-1]]
    for listed in (endpoints.list, functools.partial(endpoints.attempts, made[0])):
        with refused("parameter_invalid", "cursor"):
            await listed(cursor="AAAA").page()
        with refused("parameter_invalid", "limit"):
            await listed(limit=0).page()


async def test_the_master_key_lies_beside_the_signing_key(owner: Tenant, api: Api) -> None:
    made = await owner.api.webhooks.endpoints.create(url=URL)
    await owner.api.webhooks.endpoints.secret(made.id)
    file = api.platform.settings.data_path / "keys" / keys.FILE_NAME
    assert oct(file.stat().st_mode & 0o777) == "0o600"


async def test_the_command_line_shows_and_repeats(owner: Tenant, api: Api) -> None:
    made = await owner.api.webhooks.endpoints.create(url=URL, description="x")
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
                cli.culm, ["webhooks", "--tenant", owner.id, *arguments]
            )

        with concurrent.futures.ThreadPoolExecutor(1) as elsewhere:
            done = elsewhere.submit(run).result()
        assert done.exit_code == exit_code, done.output
        text: str = done.output
        return text

    assert made.id in culm("list")
    assert "attempt" in culm("attempts", made.id, "--failed")
    culm("replay", made.id, "--since", "2026-01-01T00:00:00+0000")
    culm("replay", made.id, "--event", before(made.id))
    assert "webhook_event_not_found" in culm("replay", made.id, "--event", "evt_1", exit_code=1)
    culm("replay", made.id, exit_code=2)
    assert (await owner.api.webhooks.endpoints.deliveries(made.id).page()).items
