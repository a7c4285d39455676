"""What is published, described over HTTP: from the list of events to what their data may be."""

from __future__ import annotations

import httpx
import jsonschema
import pytest

from culm.facts import asyncapi, envelope, schemas
from culm.gateway import headers
from tests.http.conftest import Api, Tenant

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMAS = "/v1/events/schemas"


async def test_every_event_is_listed_and_the_list_leads_to_its_schema(
    api: Api, client: httpx.AsyncClient
) -> None:
    listed = (await client.get(SCHEMAS)).json()["schemas"]
    structs = api.platform.catalog.versions.all
    assert [(one["type"], one["version"]) for one in listed] == [
        (struct.TYPE, struct.VERSION) for struct in structs
    ]
    for one, struct in zip(listed, structs, strict=True):
        found = (await client.get(one["path"])).json()
        jsonschema.Draft202012Validator.check_schema(found)
        assert found == schemas.of(struct)
        assert (found["$id"], one["newest"]) == (one["id"], True)
        assert one["summary"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("ledger.hold_placed/2", 404, "schema_not_found"),
        ("ledger.nothing/1", 404, "schema_not_found"),
        ("..%2f..%2fetc/1", 404, "route_not_found"),
        ("ledger.hold_placed/0", 400, "parameter_invalid"),
        ("ledger.hold_placed/99999999", 400, "parameter_invalid"),
        ("ledger.hold_placed/one", 400, "parameter_invalid"),
        ("ledger.hold_placed", 404, "route_not_found"),
        ("ledger.hold_placed/1?full=1", 400, "parameter_invalid"),
    ],
)
async def test_a_schema_that_there_is_not_is_a_problem_with_a_code(
    client: httpx.AsyncClient, path: str, status: int, code: str
) -> None:
    answer = await client.get(f"{SCHEMAS}/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_the_list_of_events_is_for_those_who_have_a_key(
    client: httpx.AsyncClient,
) -> None:
    for path in (SCHEMAS, f"{SCHEMAS}/ledger.hold_placed/1"):
        answer = await client.get(path, headers={headers.AUTHORIZATION: ""})
        assert answer.json()["code"] == "unauthenticated"
        answer = await client.get(path, headers={headers.TENANT: "No Such"})
        assert answer.json()["code"] == "header_invalid"


async def test_the_description_of_what_is_published_is_served(
    api: Api, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/asyncapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == asyncapi.document(api.platform.catalog)


async def test_an_event_is_found_by_its_id_as_it_was_published(
    api: Api, client: httpx.AsyncClient, acme: Tenant
) -> None:
    account = await acme.open("assets:till")
    event = account.replace("acc_", "evt_")  # an id is the place of the event that made it
    answer = await client.get(f"/v1/events/{event}", headers={headers.TENANT: acme.id})
    found = answer.json()
    jsonschema.validate(found, envelope.SCHEMA)
    assert (found["id"], found["tenant"]) == (event, acme.id)
    assert found["data"]["id"] == account
    jsonschema.validate(
        found["data"], (await client.get(f"{SCHEMAS}/ledger.account_opened/1")).json()
    )


@pytest.mark.parametrize(
    "event", ["evt_7fffffffffffffff", "evt_0000ffffffffffff", "evt_1", "acc_0000000000000000", "x"]
)
async def test_an_event_that_there_is_not_is_not_found(acme: Tenant, event: str) -> None:
    answer = await acme.client.get(f"/v1/events/{event}", headers={headers.TENANT: acme.id})
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


async def test_an_event_of_somebody_else_is_not_found(
    acme: Tenant, client: httpx.AsyncClient
) -> None:
    event = (await acme.open("assets:safe")).replace("acc_", "evt_")
    answer = await client.get(f"/v1/events/{event}", headers={headers.TENANT: "somebody-else"})
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
