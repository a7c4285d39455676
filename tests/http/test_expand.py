"""What an answer names by id can be given with it."""

from __future__ import annotations

import pytest
import pytest_asyncio

from culm.client import errors, types
from culm.gateway import versions
from tests.http.conftest import Api, Tenant, expanded
from tests.http.test_description import DOCUMENT

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def hold(acme: Tenant) -> types.Hold:
    """A hold of Ann's money on its way to the bank."""
    await acme.pay("assets:bank", "liabilities:ann", 100)
    return await acme.api.ledger.holds.place(
        debit="liabilities:ann", credit="assets:bank", amount=5
    )


async def test_an_id_is_an_id_unless_it_is_expanded(acme: Tenant, hold: types.Hold) -> None:
    ledger = acme.api.ledger
    assert await ledger.holds.get(hold.id) == hold
    debit, credit = [await ledger.accounts.get(one) for one in (hold.debit, hold.credit)]
    with_one = expanded(types.HoldExpandable, hold, debit=debit)
    assert await ledger.holds.get(hold.id, expand=["debit"]) == with_one
    both = expanded(types.HoldExpandable, hold, debit=debit, credit=credit)
    assert await ledger.holds.get(hold.id, expand=["credit", "debit"]) == both
    listed = await ledger.holds.list(expand=["debit", "credit"], limit=1).page()
    assert listed.items == (both,)


@pytest.mark.parametrize("expand", ["", "account", "debit,debit", "debit,", "debit, credit", "id"])
async def test_only_what_is_declared_can_be_expanded_and_once(
    acme: Tenant, hold: types.Hold, expand: str
) -> None:
    with pytest.raises(errors.Invalid) as raised:
        await acme.api.request("GET", f"/v1/ledger/holds/{hold.id}", query={"expand": expand})
    assert (raised.value.code, raised.value.field) == ("parameter_invalid", "expand")
    assert "credit, debit" in raised.value.detail


async def test_what_cannot_be_expanded_has_no_such_parameter(acme: Tenant) -> None:
    refused = await acme.get("/accounts?expand=code", status=400)
    assert (refused["code"], refused["field"]) == ("parameter_invalid", "expand")


async def test_an_older_version_shows_what_is_expanded_as_it_was(
    api: Api, acme: Tenant, hold: types.Hold
) -> None:
    older = api.client(tenant=acme.id, version=min(versions.SUNSETS))
    for path in (f"/v1/ledger/holds/{hold.id}", "/v1/ledger/holds"):
        answer = (await older.request("GET", path, query={"expand": "debit"})).json()
        [shown] = answer.get("items", [answer])
        assert shown["debit"]["frozen"] is False
        assert shown["credit"] == hold.credit


async def test_the_description_says_what_can_be_expanded_and_to_what() -> None:
    described = DOCUMENT["paths"]["/v1/ledger/holds/{hold}"]["get"]
    [expand] = [one for one in described["parameters"] if one.get("name") == "expand"]
    assert expand["schema"]["items"]["enum"] == ["credit", "debit"]
    assert (expand["style"], expand["explode"]) == ("form", False)
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    component = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert component["properties"]["debit"] == {
        "anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Account"}]
    }
