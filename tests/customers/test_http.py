"""Customers over HTTP: kept under seal, found, changed, and erased."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from culm.client import errors, types
from tests.http.conftest import Api, Tenant, api, expanded
from tests.refusals import refused

__all__ = ["api"]

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

    def __init__(self, of: Api, tenant: str) -> None:
        super().__init__(of, tenant)
        self.customers = self.api.customers

    async def create(self, known: dict[str, Any], **more: Any) -> types.Customer:
        return await self.customers.create(**known, **more)

    async def found(self, **what: Any) -> list[str]:
        return [one.id for one in (await self.customers.search(**what)).items]


@pytest_asyncio.fixture(loop_scope="module")
async def shop(api: Api, request: pytest.FixtureRequest) -> Shop:
    shop = Shop(api, f"t{abs(hash(request.node.name)) % 10**9}")
    await shop.api.ledger.tenants.create(name="Shop")
    return shop


async def keys(api: Api, shop: Shop) -> int:
    """How many subjects of the tenant have a key."""
    found: int = await api.platform.db.fetchval(
        "select count(*) from security_key where tenant = $1 and subject <> 'root'", shop.id
    )
    return found


async def test_a_customer_from_creation_to_erasure(shop: Shop) -> None:
    customers, made = shop.customers, await shop.create(ADA)
    shown = msgspec.json.decode(msgspec.json.encode(made))
    assert shown | ADA == shown
    assert (made.kind, made.state, made.tier) == ("person", "created", "basic")
    assert await customers.get(made.id) == made
    assert [one async for one in customers.list()] == [made]

    assert (await customers.activate(made.id)).state == "active"
    assert (await customers.set_tier(made.id, tier="verified")).tier == "verified"
    restricted = await customers.restrict(made.id, reason="review")
    assert (restricted.state, restricted.reason) == ("restricted", "review")
    assert restricted.email == ADA["email"]
    with refused("customer_restricted"):
        await customers.activate(made.id)
    assert (await customers.unrestrict(made.id)).state == "active"
    with refused("customer_not_closed"):
        await customers.erase(made.id)
    assert (await customers.close(made.id)).state == "closed"

    erased = await customers.erase(made.id)
    assert erased.erased is not None
    assert (erased.person, erased.email, erased.phone, erased.reference) == (None,) * 4
    assert await customers.get(made.id) == erased
    assert await shop.found(email=ADA["email"]) == []


async def test_a_customer_is_found_by_what_is_known_whatever_its_case(api: Api, shop: Shop) -> None:
    ada, cafes = await shop.create(ADA), await shop.create(SHOP)
    assert await shop.found(email="ada.lovelace@example.COM") == [ada.id]
    assert await shop.found(phone="+1 (415) 555-0123") == [ada.id]
    assert await shop.found(name="ADA  lovelace") == [ada.id]
    assert await shop.found(name="zoe's cafes gmbh") == [cafes.id]
    assert await shop.found(reference="user-1024") == [ada.id]
    assert await shop.found(name="Lovelace") == []
    assert await Shop(api, "nobody").found(name="Ada Lovelace") == []
    for several in ({}, {"name": "a", "email": "a@b.c"}):
        with pytest.raises(errors.Invalid):
            await shop.found(**several)


async def test_who_may_read_customers_may_search_them_and_nothing_more(
    api: Api, shop: Shop
) -> None:
    ada = await shop.create(ADA)
    issued = await shop.api.keys.create(name="a reader", scopes=["customers:read"])
    reader = api.client(issued.secret).customers
    assert [one.id for one in (await reader.search(email=ADA["email"])).items] == [ada.id]
    for forbidden in (reader.create(**ADA), reader.activate(ada.id)):
        with refused("scope_missing"):
            await forbidden


async def test_a_search_has_pages(shop: Shop) -> None:
    twins = [(await shop.create(ADA)).id for _ in range(3)]
    asked: dict[str, Any] = {"name": "ada lovelace", "limit": 2}
    first = await shop.customers.search(**asked)
    second = await shop.customers.search(**asked, after=first.next_cursor)
    assert [one.id for one in first.items + second.items] == twins[::-1]
    assert second.next_cursor is None
    for wrong in ({"name": "x", "after": first.next_cursor}, {"limit": 0}):
        with pytest.raises(errors.Invalid):
            await shop.found(**(asked | wrong))


async def test_what_is_known_is_changed_in_part_and_found_by_what_it_is_now(shop: Shop) -> None:
    update, made = shop.customers.update, await shop.create(ADA)
    changed = await update(made.id, email="countess@example.com", address=None)
    now = {"email": "countess@example.com", "address": None, "revision": 2}
    assert changed == msgspec.structs.replace(made, **now)
    assert await shop.customers.get(made.id) == changed
    assert await shop.found(email="countess@example.com") == [made.id]
    assert await shop.found(email=ADA["email"]) == []
    with pytest.raises(errors.Invalid):
        await update(made.id, business={"legal_name": "Ada Ltd"})
    with pytest.raises(errors.Invalid):
        await update(made.id, phone="call me")
    assert await shop.found(phone=ADA["phone"]) == [made.id]


async def test_of_changes_at_the_same_time_none_is_lost(shop: Shop) -> None:
    made = await shop.create(ADA)
    changes: list[dict[str, Any]] = [
        {"email": "new@example.com"},
        {"phone": "+4915112345678"},
        {"reference": "u2"},
    ]
    await asyncio.gather(*[shop.customers.update(made.id, **change) for change in changes])
    now = await shop.customers.get(made.id)
    assert (now.email, now.phone, now.reference) == ("new@example.com", "+4915112345678", "u2")
    assert now.revision == 4


async def test_the_same_key_creates_and_changes_once_and_conflicts_when_more_is_said(
    api: Api, shop: Shop
) -> None:
    made = await shop.create(ADA, idempotency_key="one")
    assert await shop.create(ADA, idempotency_key="one") == made
    assert await keys(api, shop) == 1
    with refused("idempotency_conflict", "email"):
        await shop.create(ADA | {"email": "else@example.com"}, idempotency_key="one")
    assert await keys(api, shop) == 1

    update = shop.customers.update
    changed = await update(made.id, email="b@example.com", idempotency_key="two")
    await update(made.id, email="c@example.com")
    assert await update(made.id, email="b@example.com", idempotency_key="two") == changed
    assert await shop.found(email="b@example.com") == []
    assert await shop.found(email="c@example.com") == [made.id]


async def test_an_answer_that_is_asked_for_again_after_an_erasure_knows_nothing(
    shop: Shop,
) -> None:
    customers, made = shop.customers, await shop.create(ADA, idempotency_key="one")
    await customers.update(made.id, phone=None, idempotency_key="two")
    await customers.close(made.id)
    await customers.erase(made.id)
    again = await shop.create(ADA, idempotency_key="one")
    assert (again.id, again.person, again.email) == (made.id, None, None)
    changed = await customers.update(made.id, phone=None, idempotency_key="two")
    assert (changed.revision, changed.person) == (2, None)
    with pytest.raises(errors.Conflict):
        await customers.update(made.id, phone=None)


async def test_what_is_refused_leaves_no_key_behind(api: Api, shop: Shop) -> None:
    stranger = Shop(api, "t-nobody")
    with refused("tenant_not_found"):
        await stranger.create(ADA)
    with refused("customer_tier_invalid"):
        await shop.create(ADA | {"tier": "Gold!"})
    assert await keys(api, stranger) == await keys(api, shop) == 0


async def test_consents_are_given_renewed_and_withdrawn(shop: Shop) -> None:
    customers, made = shop.customers, await shop.create(ADA)
    given = await customers.give_consent(made.id, purpose="marketing", version="2026-01")
    assert (given.version, given.withdrawn) == ("2026-01", None)
    await customers.give_consent(made.id, purpose="terms", version="7")
    withdrawn = await customers.withdraw_consent(made.id, purpose="marketing")
    assert withdrawn.withdrawn is not None
    listed = [one async for one in customers.consents(made.id)]
    assert [(one.purpose, one.withdrawn is None) for one in listed] == [
        ("marketing", False),
        ("terms", True),
    ]
    again = await customers.give_consent(made.id, purpose="marketing", version="2026-02")
    assert (again.version, again.withdrawn) == ("2026-02", None)
    with pytest.raises(errors.NotFound):
        await customers.withdraw_consent(made.id, purpose="profiling")
    with pytest.raises(errors.Invalid):
        await customers.give_consent(made.id, purpose="No!", version="1")


async def test_a_wallet_tells_how_its_customer_stands_and_nothing_that_is_known(
    shop: Shop,
) -> None:
    customers, wallets, ada = shop.customers, shop.api.wallets, await shop.create(ADA)
    await customers.activate(ada.id)
    wallet = await wallets.create(customer=ada.id, currencies=["USD"])
    brief = types.CustomerInBrief(id=ada.id, kind=ada.kind, tier=ada.tier, state="active")
    shown = expanded(types.WalletExpandable, wallet, customer=brief)
    assert await wallets.get(wallet.id, expand=["customer"]) == shown
    assert [one async for one in wallets.list(expand=["customer"])] == [shown]
    with refused("customer_in_use"):
        await customers.close(ada.id)
    await wallets.close(wallet.id)
    assert (await customers.close(ada.id)).state == "closed"


async def test_lists_are_filtered(shop: Shop) -> None:
    ada, cafes = await shop.create(ADA), await shop.create(SHOP | {"tier": "merchant"})
    await shop.customers.activate(ada.id)
    filters: list[tuple[dict[str, Any], types.Customer]] = [
        ({"state": "active"}, ada),
        ({"kind": "business"}, cafes),
        ({"tier": "merchant"}, cafes),
        ({"state": "created"}, cafes),
    ]
    for asked, expected in filters:
        assert [one.id async for one in shop.customers.list(**asked)] == [expected.id]


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
    with pytest.raises(errors.Invalid) as raised:
        await shop.create(ADA | spoilt)
    assert raised.value.field == field
    assert "Ada" not in str(raised.value.document)
