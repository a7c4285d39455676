"""Timers and clocks over HTTP, with the loop that fires them at work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from culm.timers import firing
from tests.http.conftest import Api, Json, Tenant

pytestmark = pytest.mark.asyncio(loop_scope="module")

BANK, ANN = "assets:bank", "liabilities:ann"
POSTINGS = [
    {"account": BANK, "side": "debit", "amount": 250},
    {"account": ANN, "side": "credit", "amount": 250},
]


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def fired(api: Api) -> AsyncIterator[None]:
    """What is due fires, as it does behind a served platform."""
    loop = asyncio.create_task(firing.run(api.platform, 0, api.platform.bells[0].news))
    yield
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="module")
async def box(acme: Tenant) -> Tenant:
    """A tenant of the sandbox, whose clock stands at the beginning of 2030."""
    tenant = Tenant(acme.client, f"box-{acme.id}")
    made = await tenant.post(
        "/tenants", {"name": "Box", "sandbox": True, "clock": "2030-01-01T00:00:00Z"}
    )
    assert made["sandbox"] is True
    await tenant.open(BANK)
    await tenant.open(ANN, minimum=0)
    return tenant


def payment(**when: Any) -> Json:
    return {"command": "ledger.post_transaction", "body": {"postings": POSTINGS}, **when}


async def until(read: Any, hoped: Any) -> Any:
    """Read again and again until it is as hoped; the last that was read."""
    async with asyncio.timeout(20):
        while not hoped(found := await read()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found


async def test_a_payment_is_made_when_its_time_has_come(acme: Tenant) -> None:
    at = datetime.now(UTC) + timedelta(seconds=0.5)
    timer = await acme.post("/v1/timers", payment(at=at.isoformat()), key="once")
    assert timer["state"] == "armed"
    assert await acme.post("/v1/timers", payment(at=at.isoformat()), key="once") == timer
    path = f"/v1/timers/{timer['id']}"
    over = await until(lambda: acme.get(path), lambda now: now["state"] != "armed")
    assert (over["state"], over["outcome"], over["fired"]) == ("fired", "done", 1)
    assert await acme.posted(ANN) == "250"


async def test_a_year_of_rent_goes_by_at_once(box: Tenant) -> None:
    rent = payment(schedule={"cron": "0 9 1 * *", "zone": "Europe/Berlin"})
    timer = await box.post("/v1/timers", rent)
    assert timer["due"] == "2030-01-01T08:00:00Z"
    going = await box.post("/v1/clock/advance", {"to": "2031-01-01T00:00:00Z"}, status=200)
    assert going == {"now": "2030-01-01T00:00:00Z", "target": "2031-01-01T00:00:00Z"}
    clock = await until(lambda: box.get("/v1/clock"), lambda now: now["target"] is None)
    assert clock["now"] == "2031-01-01T00:00:00Z"
    assert await box.posted(ANN) == str(12 * 250)
    balance = await box.get(f"/accounts/{ANN}/balance?effective=2030-06-15T00:00:00Z")
    assert balance["posted"] == str(6 * 250)


async def test_what_is_refused_can_be_tried_again(box: Tenant) -> None:
    reversed_ = [POSTINGS[0] | {"side": "credit"}, POSTINGS[1] | {"side": "debit"}]
    out = payment(at="2030-01-02T00:00:00Z") | {"body": {"postings": reversed_}}
    timer = await box.post("/v1/timers", out)
    path = f"/v1/timers/{timer['id']}"
    await box.post("/v1/clock/advance", {"to": "2030-01-03T00:00:00Z"}, status=200)
    over = await until(lambda: box.get(path), lambda now: now["state"] == "fired")
    assert over["outcome"] == "insufficient_funds"
    await box.pay(BANK, ANN, 250)
    await box.post(f"{path}/retry", status=200)
    over = await until(lambda: box.get(path), lambda now: now["outcome"] == "done")
    assert await box.posted(ANN) == "0"
    refused = await box.post(f"{path}/retry", status=409)
    assert refused["code"] == "timer_not_failed"


async def test_timers_are_listed_in_pages_and_cancelled(acme: Tenant) -> None:
    made = [await acme.post("/v1/timers", payment(at=f"2099-01-0{n}T00:00:00Z")) for n in (1, 2, 3)]
    hold = {"debit": BANK, "credit": ANN, "amount": 5, "expires": "2099-01-01T00:00:00Z"}
    placed = await acme.post("/holds", hold)
    first = await acme.get("/v1/timers?limit=2")
    rest = await acme.get(f"/v1/timers?limit=2&cursor={first['next_cursor']}")
    listed = [timer["id"] for timer in first["items"] + rest["items"]]
    assert listed == [f"{placed['id']}:expiry", *(timer["id"] for timer in reversed(made))]
    assert rest["next_cursor"] is None

    gone = await acme.post(f"/v1/timers/{made[1]['id']}/cancel", status=200)
    assert gone == await acme.get(f"/v1/timers/{made[1]['id']}")
    armed = await acme.get("/v1/timers?state=armed")
    assert made[1]["id"] not in [timer["id"] for timer in armed["items"]]
    owned = await acme.post(f"/v1/timers/{placed['id']}:expiry/cancel", status=422)
    assert owned["code"] == "timer_owned"


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
        (payment() | {"body": {"postings": POSTINGS[:1]}}, "postings_count", "body.postings"),
        (payment() | {"body": {"x": 1}}, "timer_body_invalid", "body"),
    ],
)
async def test_what_is_wrong_with_a_timer_is_said(
    acme: Tenant, body: Json, code: str, field: str
) -> None:
    status = 422 if code == "timer_in_past" else 400
    refused = await acme.post("/v1/timers", body, status=status)
    assert (refused["code"], refused["field"]) == (code, field)


async def test_who_has_no_clock_or_no_such_timer_hears_so(acme: Tenant) -> None:
    assert (await acme.get("/v1/clock", status=404))["code"] == "virtual_clock_not_found"
    for timer in ("tmr_0000000000000000", "x", "tmr_0000000000000000:x", "%00"):
        found = await acme.get(f"/v1/timers/{timer}", status=400 if timer == "%00" else 404)
        assert found["code"] in ("timer_not_found", "parameter_invalid")
