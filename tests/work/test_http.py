"""Parked facts over HTTP."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import pytest_asyncio

from culm.ledger import commands as ledger_commands
from culm.work import commands, tables
from tests.http.conftest import Api, api
from tests.refusals import refused

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

_tenants = itertools.count(1)


class Desk:
    """A tenant with some facts, and its view of what is parked."""

    def __init__(self, served: Api, tenant: str) -> None:
        self.served = served
        self.tenant = served.tenant(tenant)
        self.parked = self.tenant.api.parked
        self.facts: list[str] = []

    async def park(self, number: int, **more: Any) -> str:
        """Park the fact with this number; what it is called."""
        said = {"reactor": "screening", "code": "timeout", "type": "ledger.asset_registered"}
        command = commands.Park(fact=self.facts[number], **{**said, **more})
        return str((await self.served.platform.submit(command, tenant=self.tenant.id)).id)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(api: Api) -> Desk:
    made = Desk(api, f"desk-{next(_tenants)}")
    await api.platform.submit(ledger_commands.CreateTenant(name="Desk"), tenant=made.tenant.id)
    for number in range(4):
        command = ledger_commands.RegisterAsset(code=f"AB{number}", scale=0)
        await api.platform.submit(command, tenant=made.tenant.id)
    rows = await api.platform.db.fetch(
        "select position from book_log where tenant = $1 and type like '%asset%' order by position",
        made.tenant.id,
    )
    made.facts = [f"evt_{row['position']:016x}" for row in rows]
    return made


async def test_what_is_parked_is_listed_and_shown_with_the_reason(desk: Desk) -> None:
    first, second = await desk.park(0), await desk.park(1, reactor="export")
    number = int(desk.facts[0][4:], 16)
    platform = desk.served.platform
    said = (0, "screening", number, "timeout", "it took 30 s", platform.clock())
    await platform.db.fetchval(tables.QUERIES["failed"], *said)

    assert [one.id async for one in desk.parked.list()] == [second, first]
    of_one = desk.parked.list(reactor="export", state="parked")
    assert [one.id async for one in of_one] == [second]
    shown = await desk.parked.get(first)
    assert (shown.message, shown.code, shown.state) == ("it took 30 s", "timeout", "parked")
    fact = await desk.tenant.api.events.get(shown.fact)
    assert fact.id == shown.fact


async def test_a_parked_fact_is_retried_and_dropped(desk: Desk) -> None:
    parked = await desk.park(0)
    assert (await desk.parked.retry(parked)).state == "retrying"
    with refused("parked_not_waiting"):
        await desk.parked.retry(parked)
    assert (await desk.parked.drop(parked)).state == "dropped"
    assert [one async for one in desk.parked.list()] == []
    assert [one.id async for one in desk.parked.list(state="dropped")] == [parked]


async def test_in_a_lane_the_earliest_comes_first(desk: Desk) -> None:
    lane = "00000000000000aa"
    await desk.park(0, lane=lane)
    behind = await desk.park(1, lane=lane, code="behind")
    with refused("parked_behind"):
        await desk.parked.retry(behind)


async def test_what_another_tenant_has_parked_is_not_to_be_found(desk: Desk, api: Api) -> None:
    parked = await desk.park(0)
    other = Desk(api, "other").parked
    for name in (parked, "nonsense"):
        for asked in (other.get(name), other.retry(name), other.drop(name)):
            with refused("parked_not_found"):
                await asked


async def test_the_keys_of_reactors_are_not_for_callers(desk: Desk) -> None:
    parked = await desk.park(0)
    for key in (f"screening:{desk.facts[0]}", f"screening:{desk.facts[0]}:2"):
        with refused("header_invalid", "Idempotency-Key"):
            await desk.parked.retry(parked, idempotency_key=key)
