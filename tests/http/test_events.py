"""What is published, described over HTTP: from the list of events to what their data may be."""

from __future__ import annotations

import jsonschema
import pytest

from culm.client import errors
from culm.facts import asyncapi, envelope, schemas
from tests.http.conftest import Api, Tenant
from tests.refusals import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMAS = "/v1/events/schemas"


async def test_every_event_is_listed_and_the_list_leads_to_its_schema(api: Api) -> None:
    client = api.client()
    listed = (await client.events.schemas.list()).schemas
    structs = api.platform.catalog.versions.all
    assert [(one.type, one.version) for one in listed] == [
        (struct.TYPE, struct.VERSION) for struct in structs
    ]
    for one, struct in zip(listed, structs, strict=True):
        assert one.path == f"{SCHEMAS}/{one.type}/{one.version}"
        found = await client.events.schemas.get(one.type, one.version)
        jsonschema.Draft202012Validator.check_schema(found)
        assert found == schemas.of(struct)
        assert (found["$id"], one.newest) == (one.id, True)
        assert one.summary


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
    api: Api, path: str, status: int, code: str
) -> None:
    with pytest.raises(errors.Problem) as raised:
        await api.client().request("GET", f"{SCHEMAS}/{path}")
    assert (raised.value.status, raised.value.code) == (status, code)


async def test_the_list_of_events_is_for_those_who_have_a_key(api: Api) -> None:
    with_none, of_nobody = api.client("none"), api.client(tenant="No Such")
    for path in (SCHEMAS, f"{SCHEMAS}/ledger.hold_placed/1"):
        with refused("unauthenticated"):
            await with_none.request("GET", path)
        with refused("header_invalid"):
            await of_nobody.request("GET", path)


async def test_the_description_of_what_is_published_is_served(api: Api) -> None:
    answer = await api.client().request("GET", "/asyncapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == asyncapi.document(api.platform.catalog)


async def test_an_event_is_found_by_its_id_as_it_was_published(acme: Tenant) -> None:
    account = await acme.open("assets:till")
    event = account.replace("acc_", "evt_")  # an id is the place of the event that made it
    published = await acme.get(f"/v1/events/{event}")
    jsonschema.validate(published, envelope.SCHEMA)
    found = await acme.api.events.get(event)
    assert (found.id, found.tenant) == (event, acme.id)
    assert found.data["id"] == account
    schema = await acme.api.events.schemas.get("ledger.account_opened", 1)
    jsonschema.validate(published["data"], schema)


@pytest.mark.parametrize(
    "event", ["evt_7fffffffffffffff", "evt_0000ffffffffffff", "evt_1", "acc_0000000000000000", "x"]
)
async def test_an_event_that_there_is_not_is_not_found(acme: Tenant, event: str) -> None:
    with refused("event_not_found"):
        await acme.api.events.get(event)


async def test_an_event_of_somebody_else_is_not_found(api: Api, acme: Tenant) -> None:
    event = (await acme.open("assets:safe")).replace("acc_", "evt_")
    with refused("event_not_found"):
        await api.tenant("somebody-else").api.events.get(event)
