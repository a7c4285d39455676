"""What an answer names by id can be given with it."""

from __future__ import annotations

import httpx
import pytest
import pytest_asyncio

from culm.gateway import versions
from tests.http.conftest import Json, Tenant
from tests.http.test_description import DOCUMENT

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def hold(acme: Tenant) -> Json:
    """A hold of Ann's money on its way to the bank."""
    await acme.pay("assets:bank", "liabilities:ann", 100)
    placed: Json = await acme.post(
        "/holds", {"debit": "liabilities:ann", "credit": "assets:bank", "amount": 5}
    )
    return placed


async def test_an_id_is_an_id_unless_it_is_expanded(acme: Tenant, hold: Json) -> None:
    assert await acme.get(f"/holds/{hold['id']}") == hold
    debit = await acme.get(f"/accounts/{hold['debit']}")
    credit = await acme.get(f"/accounts/{hold['credit']}")
    assert await acme.get(f"/holds/{hold['id']}?expand=debit") == hold | {"debit": debit}
    both = hold | {"debit": debit, "credit": credit}
    assert await acme.get(f"/holds/{hold['id']}?expand=credit,debit") == both
    listed = await acme.get("/holds?expand=debit,credit&limit=1")
    assert listed["items"] == [both]


@pytest.mark.parametrize("expand", ["", "account", "debit,debit", "debit,", "debit, credit", "id"])
async def test_only_what_is_declared_can_be_expanded_and_once(
    acme: Tenant, hold: Json, expand: str
) -> None:
    answer = await acme.client.get(
        f"/v1/ledger/holds/{hold['id']}",
        params={"expand": expand},
        headers={"Culm-Tenant": acme.id},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_invalid")
    assert answer.json()["field"] == "expand"
    assert "credit, debit" in answer.json()["detail"]


async def test_what_cannot_be_expanded_has_no_such_parameter(acme: Tenant) -> None:
    refused = await acme.get("/accounts?expand=code", status=400)
    assert (refused["code"], refused["field"]) == ("parameter_invalid", "expand")


async def test_an_older_version_shows_what_is_expanded_as_it_was(
    client: httpx.AsyncClient, acme: Tenant, hold: Json
) -> None:
    headers = {"Culm-Tenant": acme.id, "Culm-Version": min(versions.SUNSETS)}
    for path in (f"/v1/ledger/holds/{hold['id']}", "/v1/ledger/holds"):
        answer = (await client.get(path, params={"expand": "debit"}, headers=headers)).json()
        [shown] = answer.get("items", [answer])
        assert shown["debit"]["frozen"] is False
        assert shown["credit"] == hold["credit"]


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
