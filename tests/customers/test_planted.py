"""Nothing that is said of a person stands anywhere in clear: values are planted in every field,
through the API, and looked for in all that the platform writes, sends and says."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from culm.book import idempotency
from culm.customers.routes import bodies
from tests.customers import planting
from tests.customers.conftest import World, at_work


async def live(world: World) -> str:
    """A customer's whole life, with values planted wherever there is room for any; their id."""
    planter = world.planter
    person = planter.body(without="business")
    business = planter.body(without="person")
    made = await world.customer(person, key="create")
    assert made["email"] == person["email"]
    assert await world.customer(person, key="create") == made
    shop = await world.customer(business)
    path = f"/v1/customers/{made['id']}"
    changes = planter.body(bodies.CustomerChange, without="business")
    changed = await world.ask("PATCH", path, changes, key="change")
    assert changed["email"] == changes["email"]
    for value in ({"email": changes["email"]}, {"reference": business["reference"]}):
        found = await world.ask("POST", "/v1/customers/search", value)
        assert [one["id"] for one in found["items"]] in ([made["id"]], [shop["id"]])
    for what, body in (
        ("activate", None),
        ("tier", {"tier": "verified"}),
        ("restrict", {"reason": "review"}),
        ("unrestrict", None),
        ("consents", {"purpose": "marketing", "version": "1"}),
    ):
        answer = await world.ask("POST", f"{path}/{what}", body, key=what)
        assert "code" not in answer
    assert len((await world.ask("GET", "/v1/customers"))["items"]) == 2
    return str(made["id"])


async def err(world: World, customer: str) -> None:
    """Say every value where it is wrong, and have the platform fail while it knows them."""
    planter = world.planter
    body = planter.body(without="business")
    for place, value in planting.leaves(body):
        plain = value if isinstance(value, str) else value[0]
        for wrong in (f"{plain}\n", plain * 40, {"is": plain}, [plain, 7], 7):
            await world.customer(planting.replaced(body, place, wrong))
    await world.customer(body | {"tier": planter.of("tier")})
    await world.customer(body | {"business": planter.body(without="person")["business"]})
    await world.customer(body, key="create")
    path = f"/v1/customers/{customer}"
    await world.ask("PATCH", path, {"email": planter.of("email")}, key="change")
    await world.ask("PATCH", "/v1/customers/cus_0000000000000000", {"email": planter.of("email")})
    await world.ask("POST", f"{path}/restrict", {"reason": planter.of("reason")})
    await world.ask("POST", f"{path}/consents", {"purpose": planter.of("x"), "version": "1"})
    await world.ask("POST", "/v1/customers/search", {"name": planter.of("a"), "email": "a@b.c"})
    for query in ("email", "state", "kind", "cursor", "limit"):
        await world.ask("GET", f"/v1/customers?{query}={planter.of(query).replace(' ', '%20')}")
    await world.ask("GET", f"/v1/customers/{planter.of('id').replace(' ', '%20')}")
    assert len(world.problems) > 50


async def fail(world: World, owner: asyncpg.Connection[Any], customer: str) -> None:
    """Have the platform fail in the middle of it, in each way that ends in its log."""
    body = world.planter.body(without="business")
    for broken, mended in (
        ("alter table security_index rename to gone", "alter table gone rename to security_index"),
        ("alter table security_key rename to gone", "alter table gone rename to security_key"),
        (
            "update security_key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)",
            "update security_key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)",
        ),
    ):
        await owner.execute(broken)
        await world.customer(body)  # fails, but for the last: a new customer has a new key
        answer = await world.ask("PATCH", f"/v1/customers/{customer}", {"email": body["email"]})
        assert answer["code"] == "internal"
        await owner.execute(mended)
    assert (await world.customer(body))["email"] == body["email"]


async def test_nothing_that_is_said_of_a_person_stands_anywhere_in_clear(
    database_url: str, tmp_path: Path, logged: io.StringIO
) -> None:
    owner = await asyncpg.connect(database_url)
    async with at_work(database_url, tmp_path / "data") as world:
        customer = await live(world)
        await err(world, customer)
        await fail(world, owner, customer)
        places = {
            "the stream": await world.stream(),
            "webhooks": await world.told("customers"),
            "problems": b"\n".join(world.problems),
            "metrics": (await world.tenant.api.request("GET", "/metrics")).body,
        }
        written = await planting.tables(owner)
        places |= {f"table {name}": text for name, text in written.items()}
    places |= planting.files(tmp_path / "data")
    places["the log of the process"] = logged.getvalue().encode()
    await owner.close()

    for table in ("customer", "security_index", "book_answer", "webhook_attempt"):
        assert written[table], table
    assert "a request failed" in logged.getvalue()
    assert b"customers.customer_created" in places["the stream"]
    planted = planting.Search(world.planter.values)
    assert len(world.planter.values) > 40
    assert {name: found for name, text in places.items() if (found := planted.found(text))} == {}


async def test_what_a_key_remembers_cannot_be_tried_out(database_url: str, tmp_path: Path) -> None:
    """Its digests are of few bytes, and many values are easy to guess: a pepper keeps them."""
    async with at_work(database_url, tmp_path / "data") as world:
        body = world.planter.body(without="business")
        await world.customer(body, key="create")
        kept = await world.platform.db.fetchval(
            "select fingerprint from book_answer where key = 'create'"
        )
    said = idempotency.said(msgspec.convert(body, bodies.NewCustomer))
    size = idempotency.DIGEST_BYTES
    for start, default in zip(range(0, len(said.bodies), size), said.defaults, strict=True):
        plain = said.bodies[start : start + size]
        assert kept[start : start + size] != plain or plain == default


def test_planted_values_are_found_however_they_are_written() -> None:
    planter = planting.Planter()
    body = planter.body(without="business")
    paths = [".".join(map(str, path)) for path, _ in planting.leaves(body)]
    assert {"person.birth_date", "address.lines", "metadata.note0", "email", "phone"} <= set(paths)
    search = planting.Search(planter.values)
    value = body["email"]
    for shift in range(3):
        assert search.found(base64.b64encode(b"x" * shift + value.encode() + b"tail")) == {value}
    assert search.found(b"..." + value.upper().encode()) == {value}
    assert search.found(value.encode().hex().encode()) == {value}
    assert search.found(msgspec.json.encode(body)) == planter.values
