"""What Prometheus is told: every metric is documented, and nothing in it grows with callers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import get
from prometheus_client import core, parser

from culm import telemetry
from culm.gateway import metrics
from culm.gateway import server as gateway
from culm.gateway.operation import OPEN
from culm.rails.ach.files import types
from tests.http.conftest import Api, Tenant
from tests.http.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = Path(__file__).parents[2] / "docs" / "operating" / "metrics.md"

Labels = dict[str, str]


class Told:
    """The answer of `/metrics`, read as Prometheus reads it."""

    def __init__(self, text: str) -> None:
        self.families = {found.name: found for found in parser.text_string_to_metric_families(text)}
        self.samples = [sample for found in self.families.values() for sample in found.samples]

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples that have these labels."""
        return sum(
            sample.value
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


async def told(wire: httpx.AsyncClient) -> Told:
    """What is told now."""
    answer = await wire.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Told(answer.text)


async def test_every_metric_is_documented_and_every_documented_one_is_told(
    wire: Wire, acme: Tenant
) -> None:
    await acme.pay("assets:bank", "liabilities:ann", 1)
    documented = dict(re.findall(r"^\| `(\w+)` \| (\w+)", PAGE.read_text(), re.MULTILINE))

    found = (await told(wire)).families

    assert {_whole(family): family.type for family in found.values()} == documented


def _whole(family: core.Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


async def test_requests_are_counted_by_route_and_not_by_what_they_name(
    wire: Wire, acme: Tenant
) -> None:
    before = await told(wire)
    for account in ("assets:bank", "liabilities:ann"):
        await acme.get(f"/accounts/{account}/balance")
    await acme.get("/accounts/assets:nobody/balance", status=404)

    after = await told(wire)

    of = {"route": "/v1/ledger/accounts/{account}/balance", "method": "GET"}
    for status, more in (("200", 2), ("404", 1)):
        counted = [
            t.value("culm_http_requests_total", **of, status=status) for t in (before, after)
        ]
        assert counted[1] - counted[0] == more
    took = [t.value("culm_http_request_seconds_count", **of) for t in (before, after)]
    assert took[1] - took[0] == 3
    assert after.value("culm_http_request_seconds_bucket", **of, le="+Inf") == took[1]
    assert not [s for s in after.samples if acme.id in str(s.labels) or "nobody" in str(s.labels)]


async def test_no_caller_makes_a_series_of_its_own(wire: Wire) -> None:
    before = len((await told(wire)).samples)
    for n in range(20):
        await wire.request(f"VERB{n}", f"/nothing/{n}")
        await wire.get(f"/nowhere/{n}")
        await wire.request(f"VERB{n}", "/health")
    await wire.options("/health")
    after = await told(wire)

    unrouted = {s.labels["method"] for s in after.samples if s.labels.get("route") == "none"}
    assert unrouted <= {"GET", "other"}
    assert len(after.samples) - before < 60


async def test_the_book_says_what_it_did(wire: Wire, acme: Tenant) -> None:
    before = await told(wire)
    await acme.pay("assets:bank", "liabilities:ann", 5)
    await acme.post("/accounts", {"code": "assets:bank", "currency": "EUR"}, status=409)

    after = await told(wire)

    def more(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    assert more("culm_book_commands_total", outcome="accepted") == 1
    assert more("culm_book_commands_total", outcome="rejected") == 1
    assert more("culm_book_turns_total", fate="landed") == 1
    assert more("culm_book_turns_total", fate="unwritten") == 1
    assert more("culm_book_turn_seconds_count", partition="0") == 1
    assert more("culm_log_events", partition="0") == 1
    assert after.value("culm_book_queue_weight") == 0


async def test_payments_are_counted_by_kind_and_those_that_have_not_ended_by_state(
    wire: Wire, acme: Tenant
) -> None:
    ann, ben = [await wallet(acme) for _ in range(2)]
    before = await told(wire)
    asked: Any = {"source": ann, "destination": ben, "amount": 70, "currency": "USD"}
    kinds: tuple[Any, ...] = ("transfer", "purchase", "purchase")
    for kind in kinds:
        await acme.api.payments.create(kind=kind, **asked)
    await acme.api.payments.create(kind="transfer", confirm=False, **asked)

    after = await told(wire)

    def more(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    made = {"type": "payments.payment_created"}
    assert more("culm_book_events_total", **made, of="transfer") == 2
    assert more("culm_book_events_total", **made, of="purchase") == 2
    assert more("culm_book_events_total", type="payments.payment_captured") == 3
    assert more("culm_payments_open", partition="0", state="created") == 1
    assert more("culm_payments_open") == 1


async def wallet(tenant: Tenant) -> str:
    """A wallet with money in it."""
    person = {"given_name": "Ann", "family_name": "Doe"}
    customer = await tenant.api.customers.create(person=person)  # type: ignore[arg-type]
    await tenant.api.customers.activate(customer.id)
    made = await tenant.api.wallets.create(customer=customer.id, currencies=["USD"])
    account = f"liabilities:wallets:{made.id[4:]}:usd"
    await tenant.open(account, "USD", minimum=0)
    cash = f"assets:cash:{made.id[4:]}"
    await tenant.open(cash, "USD")
    await tenant.pay(cash, account, 1_000)
    return made.id


NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def test_files_are_told_by_state_and_how_long_a_live_one_has_waited() -> None:
    def hours_ago(hours: int) -> datetime:
        return NOON - timedelta(hours=hours)

    counts = [
        types.Count("accepted", False, 20, hours_ago(900)),
        types.Count("sent", False, 2, hours_ago(1)),
        types.Count("unknown", False, 1, hours_ago(3)),
        types.Count("sent", True, 4, hours_ago(500)),
    ]

    async def ach() -> list[core.Metric]:
        return telemetry.ach_metrics({0: counts, 1: []}, NOON)

    read = Told(await metrics.text([ach]))

    assert read.value("culm_ach_files", state="sent", mode="live") == 2
    assert read.value("culm_ach_files", state="sent") == 6
    assert read.value("culm_ach_file_waiting_seconds", partition="0") == 3 * 3_600
    assert read.value("culm_ach_file_waiting_seconds", partition="1") == 0


async def test_the_lag_of_projections_is_told(wire: Wire, api: Api) -> None:
    of = {"projection": "ledger_activity", "partition": "0", "state": "live"}
    found = {
        name
        for name in ("events", "seconds")
        for s in (await told(wire)).samples
        if s.name == f"culm_projection_lag_{name}" and s.labels == of
    }
    assert found == {"events", "seconds"}


async def test_what_cannot_be_collected_is_left_out_and_told_of() -> None:
    async def broken() -> list[core.Metric]:
        raise ConnectionError("the password is hunter2")

    async def sound() -> list[core.Metric]:
        return [core.GaugeMetricFamily("sound", "Sound.", value=7)]

    read = Told(await metrics.text([broken, sound]))

    assert read.value("sound") == 7
    assert read.value("culm_collector_up", collector="sound") == 1
    assert read.value("culm_collector_up", collector="broken") == 0
    assert {s.labels["collector"] for s in read.samples if s.labels} == {"broken", "sound"}


@get("/failing", opt={OPEN: True})
async def failing() -> str:
    """A route with a defect."""
    raise RuntimeError("a defect")


async def test_what_fails_on_our_side_is_counted_too() -> None:
    served: Any = gateway.application(None, [failing])  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=served)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as wire:
        await wire.get("/failing")
        read = await told(wire)
    labels = {"route": "/failing", "method": "GET", "status": "500"}
    assert read.value("culm_http_requests_total", **labels) == 1
