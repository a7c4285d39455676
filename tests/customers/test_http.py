"""Customers over HTTP: kept under seal, found, changed, and erased."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.http.conftest import Api, Tenant, api, client

__all__ = ["api", "client"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA: dict[str, Any] = {
    "person": {"given_name": "Ada", "family_name": "Lovelace", "birth_date": "1990-12-10"},
    "email": "Ada.Lovelace@Example.com",
    "phone": "+14155550123",
    "address": {
        "lines": ["1 Main Street"],
        "country": "US",
        "city": "Springfield",
        "region": None,
        "postal_code": "62701",
    },
    "reference": "user-1024",
    "metadata": {"segment": "early"},
}
SHOP: dict[str, Any] = {"business": {"legal_name": "Zoë's Cafés GmbH"}, "email": "a@cafes.example"}


class Shop(Tenant):
    """A tenant with customers."""

    async def create(self, body: dict[str, Any], **more: Any) -> Any:
        return await self.post("/v1/customers", body, **more)

    async def do(self, customer: str, what: str, body: Any = None, **more: Any) -> Any:
        return await self.post(
            f"/v1/customers/{customer}/{what}", body, status=more.pop("status", 200), **more
        )

    async def found(self, **what: Any) -> list[str]:
        page = await self.post("/v1/customers/search", what, status=200)
        return [one["id"] for one in page["items"]]

    async def change(self, customer: str, body: Any, *, status: int = 200, **more: Any) -> Any:
        return await self.call("PATCH", f"/v1/customers/{customer}", body, status=status, **more)


@pytest_asyncio.fixture(loop_scope="module")
async def shop(client: httpx.AsyncClient, request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    shop = Shop(client, f"t{abs(hash(request.node.name)) % 10**9}")
    await shop.post("/tenants", {"name": "Shop"})
    yield shop


async def keys(api: Api, shop: Shop) -> int:
    """How many subjects of the tenant have a key."""
    found: int = await api.platform.db.fetchval(
        "select count(*) from security_key where tenant = $1 and subject <> 'root'", shop.id
    )
    return found


async def test_a_customer_from_creation_to_erasure(shop: Shop) -> None:
    made = await shop.create(ADA)
    path = f"/v1/customers/{made['id']}"
    assert made | ADA == made
    assert (made["kind"], made["state"], made["tier"]) == ("person", "created", "basic")
    assert await shop.get(path) == made
    assert (await shop.get("/v1/customers"))["items"] == [made]

    assert (await shop.do(made["id"], "activate"))["state"] == "active"
    assert (await shop.do(made["id"], "tier", {"tier": "verified"}))["tier"] == "verified"
    restricted = await shop.do(made["id"], "restrict", {"reason": "review"})
    assert (restricted["state"], restricted["reason"]) == ("restricted", "review")
    assert restricted["email"] == ADA["email"]
    await shop.do(made["id"], "activate", status=409)
    assert (await shop.do(made["id"], "unrestrict"))["state"] == "active"
    await shop.do(made["id"], "erase", status=409)
    assert (await shop.do(made["id"], "close"))["state"] == "closed"

    erased = await shop.do(made["id"], "erase")
    assert erased["erased"] is not None
    assert [erased[name] for name in ("person", "email", "phone", "reference")] == [None] * 4
    assert await shop.get(path) == erased
    assert await shop.found(email=ADA["email"]) == []


async def test_a_customer_is_found_by_what_is_known_whatever_its_case(shop: Shop) -> None:
    ada, cafes = await shop.create(ADA), await shop.create(SHOP)
    assert await shop.found(email="ada.lovelace@example.COM") == [ada["id"]]
    assert await shop.found(phone="+1 (415) 555-0123") == [ada["id"]]
    assert await shop.found(name="ADA  lovelace") == [ada["id"]]
    assert await shop.found(name="zoe's cafes gmbh") == [cafes["id"]]
    assert await shop.found(reference="user-1024") == [ada["id"]]
    assert await shop.found(name="Lovelace") == []
    assert await Shop(shop.client, "nobody").found(name="Ada Lovelace") == []
    await shop.post("/v1/customers/search", {}, status=400)
    await shop.post("/v1/customers/search", {"name": "a", "email": "a@b.c"}, status=400)


async def test_who_may_read_customers_may_search_them_and_nothing_more(shop: Shop) -> None:
    ada = await shop.create(ADA)
    asked = {"name": "a reader", "scopes": ["customers:read"]}
    secret = (await shop.post("/v1/keys", asked))["secret"]
    client = httpx.AsyncClient(
        base_url=shop.client.base_url, headers={"Authorization": f"Bearer {secret}"}
    )
    async with client:
        reader = Shop(client, shop.id)
        assert await reader.found(email=ADA["email"]) == [ada["id"]]
        await reader.create(ADA, status=403)
        await reader.do(ada["id"], "activate", status=403)


async def test_a_search_has_pages(shop: Shop) -> None:
    twins = [(await shop.create(ADA))["id"] for _ in range(3)]
    asked = {"name": "ada lovelace", "limit": 2}
    first = await shop.post("/v1/customers/search", asked, status=200)
    then = asked | {"after": first["next_cursor"]}
    second = await shop.post("/v1/customers/search", then, status=200)
    assert [one["id"] for one in first["items"] + second["items"]] == twins[::-1]
    assert second["next_cursor"] is None
    await shop.post("/v1/customers/search", then | {"name": "x"}, status=400)
    await shop.post("/v1/customers/search", asked | {"limit": 0}, status=400)


async def test_what_is_known_is_changed_in_part_and_found_by_what_it_is_now(shop: Shop) -> None:
    made = await shop.create(ADA)
    changed = await shop.change(made["id"], {"email": "countess@example.com", "address": None})
    assert changed == made | {"email": "countess@example.com", "address": None, "revision": 2}
    assert await shop.get(f"/v1/customers/{made['id']}") == changed
    assert await shop.found(email="countess@example.com") == [made["id"]]
    assert await shop.found(email=ADA["email"]) == []
    await shop.change(made["id"], {"business": {"legal_name": "Ada Ltd"}}, status=400)
    await shop.change(made["id"], {"phone": "call me"}, status=400)
    assert await shop.found(phone=ADA["phone"]) == [made["id"]]


async def test_of_changes_at_the_same_time_none_is_lost(shop: Shop) -> None:
    made = await shop.create(ADA)
    changes = [{"email": "new@example.com"}, {"phone": "+4915112345678"}, {"reference": "u2"}]
    await asyncio.gather(*[shop.change(made["id"], change) for change in changes])
    now = await shop.get(f"/v1/customers/{made['id']}")
    assert all(now | change == now for change in changes)
    assert now["revision"] == 4


async def test_the_same_key_creates_and_changes_once_and_conflicts_when_more_is_said(
    api: Api, shop: Shop
) -> None:
    made = await shop.create(ADA, key="one")
    assert await shop.create(ADA, key="one") == made
    assert await keys(api, shop) == 1
    conflict = await shop.create(ADA | {"email": "else@example.com"}, key="one", status=409)
    assert (conflict["code"], conflict["field"]) == ("idempotency_conflict", "email")
    assert await keys(api, shop) == 1

    change = {"email": "b@example.com"}
    changed = await shop.change(made["id"], change, key="two")
    await shop.change(made["id"], {"email": "c@example.com"})
    assert await shop.change(made["id"], change, key="two") == changed
    assert await shop.found(email="b@example.com") == []
    assert await shop.found(email="c@example.com") == [made["id"]]


async def test_an_answer_that_is_asked_for_again_after_an_erasure_knows_nothing(
    shop: Shop,
) -> None:
    made = await shop.create(ADA, key="one")
    await shop.change(made["id"], {"phone": None}, key="two")
    await shop.do(made["id"], "close")
    await shop.do(made["id"], "erase")
    again = await shop.create(ADA, key="one")
    assert (again["id"], again["person"], again["email"]) == (made["id"], None, None)
    changed = await shop.change(made["id"], {"phone": None}, key="two")
    assert (changed["revision"], changed["person"]) == (2, None)
    await shop.change(made["id"], {"phone": None}, status=409)


async def test_what_is_refused_leaves_no_key_behind(api: Api, shop: Shop) -> None:
    stranger = Shop(shop.client, "t-nobody")
    await stranger.create(ADA, status=404)
    await shop.create(ADA | {"tier": "Gold!"}, status=400)
    assert await keys(api, stranger) == await keys(api, shop) == 0


async def test_consents_are_given_renewed_and_withdrawn(shop: Shop) -> None:
    made = await shop.create(ADA)
    given = await shop.do(
        made["id"], "consents", {"purpose": "marketing", "version": "2026-01"}, status=201
    )
    assert (given["version"], given["withdrawn"]) == ("2026-01", None)
    terms = {"purpose": "terms", "version": "7"}
    await shop.do(made["id"], "consents", terms, status=201)
    withdrawn = await shop.do(made["id"], "consents/withdraw", {"purpose": "marketing"})
    assert withdrawn["withdrawn"] is not None
    listed = (await shop.get(f"/v1/customers/{made['id']}/consents"))["items"]
    assert [(one["purpose"], one["withdrawn"] is None) for one in listed] == [
        ("marketing", False),
        ("terms", True),
    ]
    again = await shop.do(
        made["id"], "consents", {"purpose": "marketing", "version": "2026-02"}, status=201
    )
    assert (again["version"], again["withdrawn"]) == ("2026-02", None)
    await shop.do(made["id"], "consents/withdraw", {"purpose": "profiling"}, status=404)
    await shop.do(made["id"], "consents", {"purpose": "No!", "version": "1"}, status=400)


async def test_a_wallet_tells_how_its_customer_stands_and_nothing_that_is_known(
    shop: Shop,
) -> None:
    ada = await shop.create(ADA)
    await shop.do(ada["id"], "activate")
    wallet = await shop.post("/v1/wallets", {"customer": ada["id"], "currencies": ["USD"]})
    brief = {name: ada[name] for name in ("id", "kind", "tier")} | {"state": "active"}
    shown = await shop.get(f"/v1/wallets/{wallet['id']}?expand=customer")
    assert shown == wallet | {"customer": brief}
    assert (await shop.get("/v1/wallets?expand=customer"))["items"] == [shown]
    assert (await shop.do(ada["id"], "close", status=409))["code"] == "customer_in_use"
    await shop.post(f"/v1/wallets/{wallet['id']}/close", status=200)
    assert (await shop.do(ada["id"], "close"))["state"] == "closed"


async def test_lists_are_filtered(shop: Shop) -> None:
    ada, cafes = await shop.create(ADA), await shop.create(SHOP | {"tier": "merchant"})
    await shop.do(ada["id"], "activate")
    for query, expected in (
        ("state=active", ada),
        ("kind=business", cafes),
        ("tier=merchant", cafes),
        ("state=created", cafes),
    ):
        items = (await shop.get(f"/v1/customers?{query}"))["items"]
        assert [one["id"] for one in items] == [expected["id"]]


@pytest.mark.parametrize(
    ("spoilt", "field"),
    [
        ({"person": None}, "person"),
        ({"business": {"legal_name": "x"}}, "person"),
        ({"person": {"given_name": " ", "family_name": "L"}}, "person.given_name"),
        ({"person": ADA["person"] | {"birth_date": "1890-01-01"}}, "person.birth_date"),
        ({"person": ADA["person"] | {"birth_date": "2990-01-01"}}, "person.birth_date"),
        ({"person": ADA["person"] | {"birth_date": "10.12."}}, "person.birth_date"),
        ({"email": "ada"}, "email"),
        ({"email": "a b@c.d"}, "email"),
        ({"phone": "0123"}, "phone"),
        ({"address": {"lines": [], "country": "US"}}, "address.lines"),
        ({"address": {"lines": ["1", "\n"], "country": "US"}}, "address.lines[1]"),
        ({"address": {"lines": ["1"], "country": "us"}}, "address.country"),
        ({"reference": "x" * 201}, "reference"),
        ({"metadata": {"Ada Lovelace": "x"}}, "metadata"),
        ({"metadata": {"a": "x" * 201}}, "metadata"),
        ({"metadata": {f"k{n}": "" for n in range(21)}}, "metadata"),
        ({"tier": "Gold"}, "tier"),
    ],
)
async def test_what_does_not_have_its_form_is_refused_by_name_and_not_quoted(
    shop: Shop, spoilt: dict[str, Any], field: str
) -> None:
    problem = await shop.create(ADA | spoilt, status=400)
    assert problem["field"] == field
    assert "Ada" not in str(problem)
