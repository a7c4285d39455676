"""Bank accounts over HTTP: sealed on the way in, and shown without their numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
import pytest_asyncio

from culm.client import errors, types
from tests.http.conftest import Api, Tenant, api, expanded
from tests.refusals import refused

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBER, HOLDER = "4815162342007", "Zoë Quartermaine"
MONDAY: Final = datetime(2026, 3, 2, 15, tzinfo=UTC)


class Shop(Tenant):
    """A tenant with customers who link accounts."""

    def __init__(self, of: Api, tenant: str) -> None:
        super().__init__(of, tenant)
        self.accounts = self.api.bank_accounts

    async def customer(self, *, activate: bool = True) -> str:
        """Somebody new."""
        customers = self.api.customers
        made = await customers.create(person={"given_name": "Zoë", "family_name": "Quartermaine"})
        if activate:
            await customers.activate(made.id)
        return made.id

    async def link(self, customer: str, **more: Any) -> types.BankAccount:
        given = {"routing": "021200025", "account": NUMBER, "holder_name": HOLDER}
        return await self.accounts.link(customer=customer, **(given | more))


@pytest_asyncio.fixture(loop_scope="module")
async def shop(api: Api, request: pytest.FixtureRequest) -> Shop:
    shop = Shop(api, f"t{abs(hash(request.node.name)) % 10**9}")
    await shop.api.ledger.tenants.create(name="Shop", sandbox=True, clock=MONDAY)
    return shop


async def test_an_account_is_linked_shown_verified_and_removed(shop: Shop) -> None:
    accounts, customer = shop.accounts, await shop.customer()
    made = await shop.link(customer, kind="savings")
    assert (made.customer, made.state, made.last4) == (customer, "new", "2007")
    assert (made.holder_name, made.kind) == (HOLDER, "savings")
    assert (made.reason, made.verification) == (None, None)
    assert await accounts.get(made.id) == made
    sent = await accounts.send_micro_deposits(made.id)
    assert sent.verification == types.Verification(
        tries_left=3, expires=datetime(2026, 3, 12, 15, tzinfo=UTC)
    )
    with refused("deposits_pending"):
        await accounts.verify(made.id, amounts=[32, "45"])
    with refused("deposit_amounts_invalid"):
        await accounts.verify(made.id, amounts=[32])
    removed = await accounts.remove(made.id)
    assert (removed.state, removed.holder_name) == ("removed", None)
    assert await accounts.get(made.id) == removed


async def test_accounts_are_listed_by_customer_and_state(shop: Shop) -> None:
    accounts, ann, bob = shop.accounts, await shop.customer(), await shop.customer()
    made = [await shop.link(one, account=f"{n}23456789") for n, one in enumerate((ann, bob, ann))]
    ids = [one.id for one in made]
    await accounts.remove(ids[0])

    async def found(**asked: Any) -> list[str]:
        return [one.id for one in (await accounts.list(**asked).page()).items]

    assert await found() == ids[::-1]
    assert await found(customer=ann) == [ids[2], ids[0]]
    assert await found(state="removed") == [ids[0]]
    assert await found(customer=ann, state="new") == [ids[2]]
    brief = types.CustomerInBrief(id=bob, kind="person", state="active", tier="basic")
    shown = expanded(types.BankAccountExpandable, made[1], customer=brief)
    assert await accounts.get(ids[1], expand=["customer"]) == shown
    assert [one async for one in accounts.list(customer=bob, expand=["customer"])] == [shown]
    first = await accounts.list(limit=2).page()
    assert await found(limit=2, cursor=first.next_cursor) == [ids[0]]


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
    with pytest.raises(errors.Invalid) as raised:
        await shop.link(await shop.customer(), **wrong)
    assert (raised.value.code, raised.value.field) == (code, field)
    assert NUMBER not in str(raised.value.document)


async def test_who_is_not_there_or_not_active_links_nothing(shop: Shop) -> None:
    with refused("customer_not_found", "customer"):
        await shop.link("cus_0000000000000001")
    with refused("customer_not_active"):
        await shop.link(await shop.customer(activate=False))
    with refused("bank_account_not_found"):
        await shop.accounts.get("bac_0")


async def test_the_same_request_again_links_nothing_twice(shop: Shop) -> None:
    accounts, customer = shop.accounts, await shop.customer()
    first = await shop.link(customer, idempotency_key="once")
    assert await shop.link(customer, idempotency_key="once") == first
    with refused("idempotency_conflict", "account"):
        await shop.link(customer, idempotency_key="once", account="999999999")
    sent = await accounts.send_micro_deposits(first.id, idempotency_key="send")
    assert await accounts.send_micro_deposits(first.id, idempotency_key="send") == sent
    assert len([one async for one in accounts.list()]) == 1


async def test_a_number_and_its_holder_are_in_no_row_of_the_database(api: Api, shop: Shop) -> None:
    linked = await shop.link(await shop.customer())
    await shop.accounts.send_micro_deposits(linked.id)
    tables = await api.platform.db.fetch(
        "select tablename::text as name from pg_tables where schemaname = 'public'"
    )
    for table in [row["name"] for row in tables if row["name"] != "schema_migrations"]:
        for row in await api.platform.db.fetch(f"select t::text as text from {table} t"):
            for planted in (NUMBER, "Quartermaine"):
                assert planted not in row["text"], table
                assert planted.encode().hex() not in row["text"], table
