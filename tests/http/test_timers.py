"""Timers and clocks over HTTP, with the loop that fires them at work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from culm.timers import firing
from tests.http.conftest import Api, Json, Tenant, postings
from tests.refusals import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

BANK, ANN = "assets:bank", "liabilities:ann"
BODY: Json = {"postings": postings(BANK, ANN, 250)}
PAYMENT = "ledger.post_transaction"

TWENTY_THIRTY = datetime(2030, 1, 1, tzinfo=UTC)
FAR = datetime(2099, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def fired(api: Api) -> AsyncIterator[None]:
    """What is due fires, as it does behind a served platform."""
    loop = asyncio.create_task(firing.run(api.platform, 0, api.platform.bells[0].news))
    yield
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="module")
async def box(api: Api, acme: Tenant) -> Tenant:
    """A tenant of the sandbox, whose clock stands at the beginning of 2030."""
    tenant = api.tenant(f"box-{acme.id}")
    made = await tenant.api.ledger.tenants.create(name="Box", sandbox=True, clock=TWENTY_THIRTY)
    assert made.sandbox is True
    await tenant.open(BANK)
    await tenant.open(ANN, minimum=0)
    return tenant


def payment(**when: Any) -> Json:
    return {"command": PAYMENT, "body": BODY, **when}


async def until(read: Any, hoped: Any) -> Any:
    """Read again and again until it is as hoped; the last that was read."""
    async with asyncio.timeout(20):
        while not hoped(found := await read()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found


async def test_a_payment_is_made_when_its_time_has_come(acme: Tenant) -> None:
    timers, at = acme.api.timers, datetime.now(UTC) + timedelta(seconds=0.5)
    timer = await timers.set(command=PAYMENT, body=BODY, at=at, idempotency_key="once")
    assert timer.state == "armed"
    again = await timers.set(command=PAYMENT, body=BODY, at=at, idempotency_key="once")
    assert again == timer
    over = await until(lambda: timers.get(timer.id), lambda now: now.state != "armed")
    assert (over.state, over.outcome, over.fired) == ("fired", "done", 1)
    assert await acme.posted(ANN) == 250


async def test_a_year_of_rent_goes_by_at_once(box: Tenant) -> None:
    clock, end = box.api.clock, TWENTY_THIRTY.replace(year=2031)
    timer = await box.api.timers.set(
        command=PAYMENT, body=BODY, schedule={"cron": "0 9 1 * *", "zone": "Europe/Berlin"}
    )
    assert timer.due == datetime(2030, 1, 1, 8, tzinfo=UTC)
    going = await clock.advance(to=end)
    assert (going.now, going.target) == (TWENTY_THIRTY, end)
    arrived = await until(clock.get, lambda now: now.target is None)
    assert arrived.now == end
    assert await box.posted(ANN) == 12 * 250
    june = datetime(2030, 6, 15, tzinfo=UTC)
    assert (await box.api.ledger.accounts.balance(ANN, effective=june)).posted == 6 * 250


async def test_what_is_refused_can_be_tried_again(box: Tenant) -> None:
    timers = box.api.timers
    timer = await timers.set(
        command=PAYMENT,
        body={"postings": postings(ANN, BANK, 250)},
        at=TWENTY_THIRTY + timedelta(days=1),
    )
    await box.api.clock.advance(to=TWENTY_THIRTY + timedelta(days=2))
    over = await until(lambda: timers.get(timer.id), lambda now: now.state == "fired")
    assert over.outcome == "insufficient_funds"
    await box.pay(BANK, ANN, 250)
    await timers.retry(timer.id)
    over = await until(lambda: timers.get(timer.id), lambda now: now.outcome == "done")
    assert await box.posted(ANN) == 0
    with refused("timer_not_failed"):
        await timers.retry(timer.id)


async def test_timers_are_listed_in_pages_and_cancelled(acme: Tenant) -> None:
    timers = acme.api.timers
    made = [
        await timers.set(command=PAYMENT, body=BODY, at=FAR + timedelta(days=day))
        for day in range(3)
    ]
    placed = await acme.api.ledger.holds.place(debit=BANK, credit=ANN, amount=5, expires=FAR)
    pages = [page async for page in timers.list(limit=2).pages()]
    listed = [[timer.id for timer in page.items] for page in pages]
    assert listed == [[f"{placed.id}:expiry", made[2].id], [made[1].id, made[0].id]]

    gone = await timers.cancel(made[1].id)
    assert gone == await timers.get(made[1].id)
    assert made[1].id not in [timer.id async for timer in timers.list(state="armed")]
    with refused("timer_owned"):
        await timers.cancel(f"{placed.id}:expiry")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (payment(), "schedule_invalid", "at"),
        (payment(at="2001-01-01T00:00:00Z"), "timer_in_past", "at"),
        (payment(at="2099-01-01T00:00:00"), "moment_invalid", "at"),
        (payment(schedule={"cron": "61 * * * *"}), "schedule_invalid", "schedule.cron"),
        (payment(schedule={"every_seconds": 60, "zone": "X"}), "schedule_invalid", "schedule.zone"),
        (payment(schedule={"every": 60}), "invalid", "schedule.every"),
        (payment() | {"command": "ledger.create_tenant"}, "command_not_schedulable", "command"),
        (
            payment() | {"body": {"postings": BODY["postings"][:1]}},
            "postings_count",
            "body.postings",
        ),
        (payment() | {"body": {"x": 1}}, "timer_body_invalid", "body"),
    ],
)
async def test_what_is_wrong_with_a_timer_is_said(
    acme: Tenant, body: Json, code: str, field: str
) -> None:
    with refused(code, field):
        await acme.api.request("POST", "/v1/timers", body=body)


async def test_who_has_no_clock_or_no_such_timer_hears_so(acme: Tenant) -> None:
    with refused("virtual_clock_not_found"):
        await acme.api.clock.get()
    for timer in ("tmr_0000000000000000", "x", "tmr_0000000000000000:x", "%00"):
        found = await acme.get(f"/v1/timers/{timer}", status=400 if timer == "%00" else 404)
        assert found["code"] in ("timer_not_found", "parameter_invalid")
