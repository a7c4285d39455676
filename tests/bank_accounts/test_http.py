"""Bank accounts over HTTP: sealed on the way in, and shown without their numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.http.conftest import Api, Tenant, api, client

__all__ = ["api", "client"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBER, HOLDER = "4815162342007", "Zoë Quartermaine"
CUSTOMER: dict[str, Any] = {"person": {"given_name": "Zoë", "family_name": "Quartermaine"}}


class Shop(Tenant):
    """A tenant with customers who link accounts."""

    async def customer(self) -> str:
        """An active one."""
        made = await self.post("/v1/customers", CUSTOMER)
        await self.do(made["id"], "activate", of="customers")
        return str(made["id"])

    def body(self, customer: str, **more: Any) -> dict[str, Any]:
        given = {"routing": "021200025", "account": NUMBER, "holder_name": HOLDER}
        return {"customer": customer, **given, **more}

    async def link(self, customer: str, *, status: int = 201, key: str = "", **more: Any) -> Any:
        body = self.body(customer, **more)
        return await self.post("/v1/bank_accounts", body, status=status, key=key or None)

    async def do(
        self, id_: str, what: str, body: Any = None, *, of: str = "bank_accounts", **more: Any
    ) -> Any:
        status = more.pop("status", 200)
        return await self.post(f"/v1/{of}/{id_}/{what}", body, status=status, **more)


@pytest_asyncio.fixture(loop_scope="module")
async def shop(client: httpx.AsyncClient, request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    shop = Shop(client, f"t{abs(hash(request.node.name)) % 10**9}")
    clock = {"sandbox": True, "clock": "2026-03-02T15:00:00Z"}
    await shop.post("/tenants", {"name": "Shop", **clock})
    yield shop


async def test_an_account_is_linked_shown_verified_and_removed(shop: Shop) -> None:
    customer = await shop.customer()
    made = await shop.link(customer, kind="savings")
    assert {name: made[name] for name in ("customer", "state", "last4", "holder_name", "kind")} == {
        "customer": customer,
        "state": "new",
        "last4": "2007",
        "holder_name": HOLDER,
        "kind": "savings",
    }
    assert (made["reason"], made["verification"]) == (None, None)
    path = f"/v1/bank_accounts/{made['id']}"
    assert await shop.get(path) == made
    sent = await shop.do(made["id"], "micro_deposits")
    assert sent["verification"] == {"tries_left": 3, "expires": "2026-03-12T15:00:00Z"}
    early = await shop.do(made["id"], "verify", {"amounts": [32, "45"]}, status=409)
    assert early["code"] == "deposits_pending"
    wrong = await shop.do(made["id"], "verify", {"amounts": [32]}, status=400)
    assert wrong["code"] == "deposit_amounts_invalid"
    removed = await shop.do(made["id"], "remove")
    assert (removed["state"], removed["holder_name"]) == ("removed", None)
    assert await shop.get(path) == removed


async def test_accounts_are_listed_by_customer_and_state(shop: Shop) -> None:
    ann, bob = await shop.customer(), await shop.customer()
    made = [await shop.link(one, account=f"{n}23456789") for n, one in enumerate((ann, bob, ann))]
    ids = [one["id"] for one in made]
    await shop.do(ids[0], "remove")

    async def found(query: str) -> list[str]:
        page = await shop.get(f"/v1/bank_accounts?{query}")
        return [one["id"] for one in page["items"]]

    assert await found("") == ids[::-1]
    assert await found(f"customer={ann}") == [ids[2], ids[0]]
    assert await found("state=removed") == [ids[0]]
    assert await found(f"customer={ann}&state=new") == [ids[2]]
    brief = {"id": bob, "kind": "person", "state": "active", "tier": "basic"}
    expanded = await shop.get(f"/v1/bank_accounts/{ids[1]}?expand=customer")
    assert expanded == made[1] | {"customer": brief}
    listed = await shop.get(f"/v1/bank_accounts?customer={bob}&expand=customer")
    assert listed["items"] == [expanded]
    first = await shop.get("/v1/bank_accounts?limit=2")
    assert await found(f"limit=2&cursor={first['next_cursor']}") == [ids[0]]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"routing": "021200026"}, "routing_number_invalid", "routing"),
        ({"account": "123"}, "account_number_invalid", "account"),
        ({"account": "12345678X"}, "account_number_invalid", "account"),
        ({"holder_name": "  "}, "holder_name_invalid", "holder_name"),
        ({"holder_name": "Zoë\nQ"}, "holder_name_invalid", "holder_name"),
    ],
)
async def test_what_is_out_of_form_is_refused_without_being_quoted(
    shop: Shop, wrong: dict[str, str], code: str, field: str
) -> None:
    refused = await shop.link(await shop.customer(), status=400, **wrong)
    assert (refused["code"], refused["field"]) == (code, field)
    assert NUMBER not in str(refused)


async def test_who_is_not_there_or_not_active_links_nothing(shop: Shop) -> None:
    missing = await shop.link("cus_0000000000000001", status=404)
    assert (missing["code"], missing["field"]) == ("customer_not_found", "customer")
    made = await shop.post("/v1/customers", CUSTOMER)
    assert (await shop.link(made["id"], status=409))["code"] == "customer_not_active"
    assert (await shop.get("/v1/bank_accounts/bac_0", status=404))["code"] == (
        "bank_account_not_found"
    )


async def test_the_same_request_again_links_nothing_twice(shop: Shop) -> None:
    customer = await shop.customer()
    first = await shop.link(customer, key="once")
    assert await shop.link(customer, key="once") == first
    conflict = await shop.link(customer, key="once", account="999999999", status=409)
    assert conflict["field"] == "account"
    sent = await shop.do(first["id"], "micro_deposits", key="send")
    assert await shop.do(first["id"], "micro_deposits", key="send") == sent
    assert len((await shop.get("/v1/bank_accounts"))["items"]) == 1


async def test_a_number_and_its_holder_are_in_no_row_of_the_database(api: Api, shop: Shop) -> None:
    linked = await shop.link(await shop.customer())
    await shop.do(linked["id"], "micro_deposits")
    tables = await api.platform.db.fetch(
        "select tablename::text as name from pg_tables where schemaname = 'public'"
    )
    for table in [row["name"] for row in tables if row["name"] != "schema_migrations"]:
        for row in await api.platform.db.fetch(f"select t::text as text from {table} t"):
            for planted in (NUMBER, "Quartermaine"):
                assert planted not in row["text"], table
                assert planted.encode().hex() not in row["text"], table
