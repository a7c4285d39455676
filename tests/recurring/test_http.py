"""Recurring payments over HTTP, by the client, on a tenant's virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from culm import client as culm
from culm.client import errors
from culm.timers import firing
from tests.fx.test_http import wallet
from tests.http.conftest import Api, api

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def acme(api: Api) -> Any:
    """A client of a tenant whose clock stands."""
    async with culm.AsyncClient(api.operator, url=api.url, tenant="recurring") as client:
        await client.ledger.tenants.create(name="Acme", sandbox=True, clock=DAY)
        yield client


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def fired(api: Api) -> AsyncIterator[None]:
    """What is due fires, as it does behind a served platform."""
    loop = asyncio.create_task(firing.run(api.platform, 0, api.platform.bells[0].news))
    yield
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def advance(client: culm.AsyncClient, days: int) -> None:
    """Send the clock on, and wait until it is there."""
    now = (await client.clock.get()).now
    await client.clock.advance(to=now + timedelta(days=days))
    async with asyncio.timeout(20):
        while (await client.clock.get()).target is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_schedule_pays_by_the_clock_of_its_tenant(acme: culm.AsyncClient) -> None:
    ann, bob = await wallet(acme, 2_500), await wallet(acme, 1)
    made = await acme.payment_schedules.create(
        kind="transfer",
        amount=1_000,
        currency="USD",
        source=ann,
        destination=bob,
        schedule={"cron": "0 9 * * *", "zone": "America/New_York"},
        retries=[1],
    )
    assert made.next == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    await advance(acme, 3)
    runs = [one async for one in acme.payment_schedules.runs(made.id, expand=["payment"])]
    assert [one.state for one in runs] == ["retrying", "paid", "paid"]
    assert runs[0].code == "insufficient_funds"
    assert runs[0].payment is None
    run = await acme.schedule_runs.get(runs[1].id)
    payment = await acme.payments.get(str(run.payment))
    assert (payment.state, payment.amount, payment.metadata["run"]) == ("captured", 1_000, run.id)
    assert (await acme.payment_schedules.pause(made.id)).state == "paused"
    with pytest.raises(errors.Conflict) as refused:
        await acme.payment_schedules.skip(made.id)
    assert refused.value.code == "recurring_schedule_state"
    assert (await acme.payment_schedules.resume(made.id)).state == "active"
    assert (await acme.payment_schedules.skip(made.id)).passed == 4
    assert (await acme.payment_schedules.cancel(made.id)).state == "cancelled"
    listed = [one.id async for one in acme.payment_schedules.list(state="cancelled")]
    assert listed == [made.id]


async def test_a_mandate_is_given_collected_by_and_revoked(acme: culm.AsyncClient) -> None:
    ann, shop = await wallet(acme, 2_500), await wallet(acme, 1)
    now = (await acme.clock.get()).now
    given = await acme.mandates.create(
        kind="purchase",
        source=ann,
        destination=shop,
        currency="USD",
        agreed="online",
        text="terms-2026-01",
        given=now,
        monthly=2_000,
    )
    paid = await acme.mandates.collect(given.id, amount=1_500, reference="inv-1")
    assert (paid.kind, paid.state) == ("purchase", "captured")
    with pytest.raises(errors.Problem) as refused:
        await acme.mandates.collect(given.id, amount=501)
    assert refused.value.code == "mandate_exceeded"
    found = [one async for one in acme.mandates.collections(given.id)]
    assert [(one.payment, one.amount) for one in found] == [(paid.id, 1_500)]
    assert (await acme.mandates.get(given.id)).collected == 1_500
    assert (await acme.mandates.revoke(given.id)).reason == "requested"
    revoked = acme.mandates.list(state="revoked", customer=given.customer)
    assert [one.id async for one in revoked] == [given.id]
