"""Parked facts over HTTP."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest
import pytest_asyncio

from culm.ledger import commands as ledger_commands
from culm.work import commands, tables
from tests.http.conftest import Api, api, client

__all__ = ["api", "client"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

_tenants = itertools.count(1)


class Desk:
    """A tenant with some facts, and its view of what is parked."""

    def __init__(self, api: Api, client: httpx.AsyncClient, tenant: str) -> None:
        self.api = api
        self.client = client
        self.tenant = tenant
        self.facts: list[str] = []

    async def park(self, number: int, **more: Any) -> str:
        """Park the fact with this number; what it is called."""
        said = {"reactor": "screening", "code": "timeout", "type": "ledger.asset_registered"}
        command = commands.Park(fact=self.facts[number], **{**said, **more})
        return str((await self.api.platform.submit(command, tenant=self.tenant)).id)

    async def call(self, method: str, path: str, *, status: int = 200, **more: Any) -> Any:
        """One request under /v1/parked."""
        headers = {"Culm-Tenant": self.tenant}
        answer = await self.client.request(method, "/v1/parked" + path, headers=headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(api: Api, client: httpx.AsyncClient) -> Desk:
    made = Desk(api, client, f"desk-{next(_tenants)}")
    await api.platform.submit(ledger_commands.CreateTenant(name="Desk"), tenant=made.tenant)
    for number in range(4):
        command = ledger_commands.RegisterAsset(code=f"AB{number}", scale=0)
        await api.platform.submit(command, tenant=made.tenant)
    rows = await api.platform.db.fetch(
        "select position from book_log where tenant = $1 and type like '%asset%' order by position",
        made.tenant,
    )
    made.facts = [f"evt_{row['position']:016x}" for row in rows]
    return made


async def test_what_is_parked_is_listed_and_shown_with_the_reason(desk: Desk) -> None:
    first, second = await desk.park(0), await desk.park(1, reactor="export")
    number = int(desk.facts[0][4:], 16)
    said = (0, "screening", number, "timeout", "it took 30 s", desk.api.platform.clock())
    await desk.api.platform.db.fetchval(tables.QUERIES["failed"], *said)

    listed = (await desk.call("GET", ""))["items"]
    assert [one["id"] for one in listed] == [second, first]
    of_one = await desk.call("GET", "", params={"reactor": "export", "state": "parked"})
    assert [one["id"] for one in of_one["items"]] == [second]
    shown = await desk.call("GET", f"/{first}")
    assert (shown["message"], shown["code"], shown["state"]) == (
        "it took 30 s",
        "timeout",
        "parked",
    )
    fact = await desk.client.get(
        f"/v1/events/{shown['fact']}", headers={"Culm-Tenant": desk.tenant}
    )
    assert fact.status_code == 200


async def test_a_parked_fact_is_retried_and_dropped(desk: Desk) -> None:
    parked = await desk.park(0)
    assert (await desk.call("POST", f"/{parked}/retry"))["state"] == "retrying"
    refused = await desk.call("POST", f"/{parked}/retry", status=409)
    assert refused["code"] == "parked_not_waiting"
    assert (await desk.call("POST", f"/{parked}/drop"))["state"] == "dropped"
    assert (await desk.call("GET", ""))["items"] == []
    dropped = await desk.call("GET", "", params={"state": "dropped"})
    assert [one["id"] for one in dropped["items"]] == [parked]


async def test_in_a_lane_the_earliest_comes_first(desk: Desk) -> None:
    lane = "00000000000000aa"
    await desk.park(0, lane=lane)
    behind = await desk.park(1, lane=lane, code="behind")
    refused = await desk.call("POST", f"/{behind}/retry", status=409)
    assert refused["code"] == "parked_behind"


@pytest.mark.parametrize("path", ["/{}", "/{}/retry", "/{}/drop"])
async def test_what_another_tenant_has_parked_is_not_to_be_found(
    desk: Desk, api: Api, client: httpx.AsyncClient, path: str
) -> None:
    parked = await desk.park(0)
    other = Desk(api, client, "other")
    method = "GET" if path == "/{}" else "POST"
    for name in (parked, "nonsense"):
        refused = await other.call(method, path.format(name), status=404)
        assert refused["code"] == "parked_not_found"


async def test_the_keys_of_reactors_are_not_for_callers(desk: Desk) -> None:
    parked = await desk.park(0)
    for key in (f"screening:{desk.facts[0]}", f"screening:{desk.facts[0]}:2"):
        answer = await desk.client.post(
            f"/v1/parked/{parked}/retry",
            headers={"Culm-Tenant": desk.tenant, "Idempotency-Key": key},
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "header_invalid")
