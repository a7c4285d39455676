"""Projections over HTTP: the activity of an account, and how far behind it is."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time

import pytest

from culm.client import types
from tests.http.conftest import Api, Tenant
from tests.refusals import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


BANK, ANN = "assets:bank", "liabilities:ann"


async def caught_up(tenant: Tenant) -> tuple[types.Standing, ...]:
    """Where the projections are, once they have taken in all there is."""
    for _ in range(200):
        found = (await tenant.api.projections.list()).projections
        if all(one.position == one.size for one in found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("the projections do not catch up")


async def test_the_activity_of_an_account_follows_what_is_booked(acme: Tenant) -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    for day, amount in ((first, 5), (first, "7"), (second, str(10**20))):
        noon = datetime.combine(day, time(12), UTC)
        await acme.pay(BANK, ANN, amount, effective=noon)
    await caught_up(acme)

    read = acme.api.ledger.accounts.activity(ANN, from_=first, to=second)

    assert [day async for day in read] == [
        types.ActivityDay(day=first, postings=2, debit=0, credit=12),
        types.ActivityDay(day=second, postings=1, debit=0, credit=10**20),
    ]
    page = await read.page()
    assert (page.code, page.currency, page.next_cursor) == (ANN, "EUR", None)
    assert page.lag == types.Lag(events=0, seconds=0.0)
    by_one = acme.api.ledger.accounts.activity(BANK, limit=1)
    assert [day.debit async for day in by_one] == [12, 10**20]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-02-30", "from"),
        ("from=20260301", "from"),
        ("from=1772323200", "from"),
        ("to=2026-03-01T00:00:00Z", "to"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("first=2026-03-02", "first"),
        ("cursor=x", "cursor"),
        ("limit=501", "limit"),
    ],
)
async def test_what_is_no_day_is_refused_by_name(acme: Tenant, query: str, field: str) -> None:
    refusal = await acme.get(f"/accounts/assets:bank/activity?{query}", status=400)

    assert refusal["field"] == field


async def test_the_activity_of_others_is_none_of_ours(api: Api, acme: Tenant) -> None:
    other = api.tenant("other")
    await other.api.ledger.tenants.create(name="Other")
    account = await acme.api.ledger.accounts.get(BANK)

    with refused("account_not_found"):
        await other.api.ledger.accounts.activity(account.id).page()


async def test_every_projection_is_listed_with_its_lag(acme: Tenant, api: Api) -> None:
    (one,) = await caught_up(acme)
    size = await api.platform.db.fetchval("select size from book_head")
    assert one == types.Standing(
        projection="ledger_activity",
        partition=0,
        generation=1,
        version=1,
        state="live",
        position=size,
        size=size,
        lag=types.Lag(events=0, seconds=0.0),
    )
