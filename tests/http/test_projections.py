"""Projections over HTTP: the activity of an account, and how far behind it is."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.http.conftest import Api, Tenant

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def caught_up(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Where the projections are, once they have taken in all there is."""
    for _ in range(200):
        found: list[dict[str, Any]] = (await client.get("/v1/projections")).json()["projections"]
        if all(one["position"] == one["size"] for one in found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("the projections do not catch up")


async def test_the_activity_of_an_account_follows_what_is_booked(
    client: httpx.AsyncClient, acme: Tenant
) -> None:
    for day, amount in (("2026-03-01", 5), ("2026-03-01", "7"), ("2026-03-02", 10**20)):
        effective = f"{day}T12:00:00Z"
        await acme.pay("assets:bank", "liabilities:ann", amount, effective=effective)
    await caught_up(client)

    read = await acme.get("/accounts/liabilities:ann/activity?from=2026-03-01&to=2026-03-02")

    assert read["days"] == [
        {"day": "2026-03-01", "postings": 2, "debit": "0", "credit": "12"},
        {"day": "2026-03-02", "postings": 1, "debit": "0", "credit": str(10**20)},
    ]
    assert (read["code"], read["currency"], read["next_cursor"]) == ("liabilities:ann", "EUR", None)
    assert read["lag"] == {"events": 0, "seconds": 0.0}
    first = await acme.get("/accounts/assets:bank/activity?limit=1")
    rest = await acme.get(f"/accounts/assets:bank/activity?cursor={first['next_cursor']}")
    assert [day["debit"] for day in first["days"] + rest["days"]] == ["12", str(10**20)]


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
    refused = await acme.get(f"/accounts/assets:bank/activity?{query}", status=400)

    assert refused["field"] == field


async def test_the_activity_of_others_is_none_of_ours(
    client: httpx.AsyncClient, acme: Tenant
) -> None:
    other = Tenant(client, "other")
    await other.post("/tenants", {"name": "Other"})
    account = (await acme.get("/accounts/assets:bank"))["id"]

    refused = await other.get(f"/accounts/{account}/activity", status=404)

    assert refused["code"] == "account_not_found"


async def test_every_projection_is_listed_with_its_lag(client: httpx.AsyncClient, api: Api) -> None:
    (one,) = await caught_up(client)
    size = await api.platform.db.fetchval("select size from book_head")
    assert one == {
        "projection": "ledger_activity",
        "partition": 0,
        "generation": 1,
        "version": 1,
        "state": "live",
        "position": size,
        "size": size,
        "lag": {"events": 0, "seconds": 0.0},
    }
