"""What a body names is looked for among the things of the key's own tenant: another's id is
answered like one that there is not, and nothing of the other changes."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest
import pytest_asyncio

from culm import client as culm
from culm.batches import events, reactors
from culm.client import errors
from culm.facts import cloudevent, fact
from culm.timers import firing
from tests.http.conftest import Api, Tenant
from tests.http.test_description import DOCUMENT

pytestmark = pytest.mark.asyncio(loop_scope="module")

MONDAY: Final = datetime(2026, 3, 2, 15, tzinfo=UTC)
LATER: Final = (MONDAY + timedelta(days=2)).isoformat()

NAMES: Final = {
    "customer",
    "source",
    "destination",
    "wallet",
    "to",
    "fee_schedule",
    "mandate",
    "quote",
    "debit",
    "credit",
    "buy_account",
    "buy_position",
    "sell_account",
    "sell_position",
    "postings[].account",
    "body",
}
"""Members of bodies that name a thing of the tenant's, or may hold what does."""

OTHERS: Final = {
    "account",
    "address",
    "addresses",
    "after",
    "amount",
    "amounts",
    "base",
    "buy",
    "buy_currency",
    "city",
    "closes",
    "code",
    "command",
    "company_id",
    "company_name",
    "counter",
    "country",
    "cron",
    "currencies",
    "currency",
    "day_sum",
    "description",
    "destination_name",
    "email",
    "event_types",
    "family_name",
    "fixed",
    "given_name",
    "holder_name",
    "identification",
    "kind",
    "legal_name",
    "lines",
    "maximum",
    "metadata",
    "minimum",
    "month_sum",
    "monthly",
    "name",
    "odfi",
    "origin",
    "origin_name",
    "per_payment",
    "phone",
    "postal_code",
    "purpose",
    "rate",
    "reason",
    "reference",
    "region",
    "registration_number",
    "routing",
    "sell",
    "sell_currency",
    "settles",
    "text",
    "tier",
    "trading_name",
    "until",
    "up_to",
    "url",
    "version",
    "zone",
}
"""Members that name none: amounts, texts, codes, what is looked for as a text."""

NOT_OURS: Final = {("configure_ach", "destination")}
"""Called like a thing of ours, and of the bank's: its routing number."""


class Body(NamedTuple):
    """A body that would do, of somebody who has these things."""

    operation: str
    make: Callable[[dict[str, str]], dict[str, Any]]


def sides(of: dict[str, str], **more: Any) -> dict[str, Any]:
    """A payment between two wallets."""
    both = {"source": of["wallet"], "destination": of["shop"]}
    return {"kind": "transfer", "amount": 1, "currency": "USD", **both, **more}


def postings(of: dict[str, str]) -> list[dict[str, Any]]:
    """A transaction."""
    return [
        {"account": of["bank"], "side": "debit", "amount": 1},
        {"account": of["ann"], "side": "credit", "amount": 1},
    ]


def mandate(of: dict[str, str], **more: Any) -> dict[str, Any]:
    """What a payer allows."""
    given = {"agreed": "online", "text": "v1", "given": MONDAY.isoformat()}
    named = {"source": of["wallet"], "destination": of["shop"]}
    return {"kind": "transfer", "currency": "USD", **named, **given, **more}


BODIES: Final = [
    Body("create_wallet", lambda of: {"customer": of["customer"], "currencies": ["USD"]}),
    Body(
        "link_bank_account",
        lambda of: {
            "customer": of["customer"],
            "routing": "990000013",
            "account": "123456789",
            "holder_name": "Ann Marsh",
        },
    ),
    Body("create_payment", lambda of: sides(of, fee_schedule=of["fee"])),
    Body(
        "create_payment",
        lambda of: sides(of, kind="purchase", splits=[{"wallet": of["third"], "amount": 1}]),
    ),
    Body("create_payment", lambda of: sides(of, kind="withdrawal", destination=of["account"])),
    Body("create_payment", lambda of: sides(of, kind="payout", destination=of["account"])),
    Body(
        "create_payment",
        lambda of: sides(of, kind="top_up", source=of["account"], destination=of["shop"]),
    ),
    Body("create_payment", lambda of: sides(of, kind="exchange", amount=100, quote=of["quote"])),
    Body(
        "create_payment_schedule",
        lambda of: sides(of, mandate=of["mandate"], fee_schedule=of["fee"], at=LATER),
    ),
    Body(
        "create_payment_schedule",
        lambda of: sides(of, kind="withdrawal", destination=of["account"], at=LATER),
    ),
    Body("create_mandate", mandate),
    Body("create_mandate", lambda of: mandate(of, kind="top_up", source=of["account"])),
    Body("create_batch", lambda of: {"source": of["wallet"], "entries": entries(of)}),
    Body("place_hold", lambda of: {"debit": of["ann"], "credit": of["bank"], "amount": 1}),
    Body("post_transaction", lambda of: {"postings": postings(of)}),
    Body("post_transactions", lambda of: {"transactions": [{"postings": postings(of)}]}),
    Body(
        "post_transactions",
        lambda of: {"transactions": [{"postings": postings(of)}], "mode": "all"},
    ),
    Body(
        "exchange",
        lambda of: {
            "sell_account": of["ann"],
            "sell": 1,
            "buy_account": of["euros"],
            "buy": 1,
            "sell_position": of["bank"],
            "buy_position": of["more euros"],
        },
    ),
    Body(
        "set_timer",
        lambda of: {
            "command": "ledger.post_transaction",
            "body": {"postings": postings(of)},
            "at": LATER,
        },
    ),
]


def entries(of: dict[str, str]) -> list[dict[str, Any]]:
    """What a batch pays."""
    return [{"amount": 1, "to": of["shop"]}, {"amount": 1, "to": of["account"]}]


Place = tuple[str | int, ...]


def places(value: Any, ids: set[str], at: Place = ()) -> Iterator[Place]:
    """Where in a body ids stand."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places(member, ids, (*at, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from places(member, ids, (*at, index))
    elif value in ids:
        yield at


def put(body: dict[str, Any], place: Place, id_: str) -> dict[str, Any]:
    """The body with another id in a place."""
    changed = copy.deepcopy(body)
    inner: Any = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = id_
    return changed


def path_of(place: Place) -> str:
    """A place, as `splits[].wallet`."""
    text = "".join("[]" if isinstance(step, int) else f".{step}" for step in place)
    return text.lstrip(".")


THINGS: Final = {
    "customer": "cus_0000000000000001",
    "wallet": "wal_0000000000000001",
    "shop": "wal_0000000000000002",
    "third": "wal_0000000000000003",
    "account": "bac_0000000000000001",
    "fee": "fee_0000000000000001",
    "quote": "fxq_0000000000000001",
    "mandate": "mdt_0000000000000001",
    "bank": "acc_0000000000000001",
    "ann": "acc_0000000000000002",
    "euros": "acc_0000000000000003",
    "more euros": "acc_0000000000000004",
}
"""Ids of all kinds, to find the places by."""

CASES: Final = [
    (number, place)
    for number, body in enumerate(BODIES)
    for place in places(body.make(THINGS), set(THINGS.values()))
]


def name_of(case: Any) -> str:
    """What a case is called."""
    number, place = case
    body = BODIES[number]
    kind = body.make(THINGS).get("kind", body.make(THINGS).get("mode", ""))
    return f"{body.operation} {kind} {path_of(place)}"


def texts(schema: dict[str, Any], at: str = "", within: tuple[str, ...] = ()) -> Iterator[str]:
    """The members of a body in which a text may stand that is not one of a few."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name in within:
            return
        schema, within = DOCUMENT["components"]["schemas"][name], (*within, name)
    either = [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
    for one in either:
        yield from texts(one, at, within)
    if "items" in schema:
        yield from texts(schema["items"], f"{at}[]", within)
    for name, member in schema.get("properties", {}).items():
        yield from texts(member, f"{at}.{name}".lstrip("."), within)
    if isinstance(schema.get("additionalProperties"), dict) and at:
        yield from texts(schema["additionalProperties"], f"{at}.*", within)
    kinds = schema.get("type", "string" if not either and "enum" not in schema else "")
    timed = schema.get("format", "").startswith("date")
    if "string" in kinds and not timed and not {"enum", "const", "properties"} & schema.keys():
        yield at


def bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation that takes JSON, its path, and the schema of that."""
    for path, of in DOCUMENT["paths"].items():
        for method in ("post", "put", "patch"):
            content = of.get(method, {}).get("requestBody", {}).get("content", {})
            if path.startswith("/v1/") and "application/json" in content:
                yield of[method]["operationId"], path, content["application/json"]["schema"]


def path_to(operation: str) -> str:
    """Where an operation is."""
    return next(path for name, path, _ in bodies() if name == operation)


def names_a_thing(operation: str, member: str) -> bool:
    """Whether a member is one that names a thing."""
    if (operation, member) in NOT_OURS:
        return False
    last = re.sub(r"\[\]$|\.\*$", "", member).rsplit(".", 1)[-1]
    return member.endswith("postings[].account") or last in NAMES


async def test_every_member_of_a_body_that_names_a_thing_is_tried() -> None:
    """A new member goes into `NAMES`, with a body that has it, or into `OTHERS`."""
    tried = {(BODIES[number].operation, path_of(place)) for number, place in CASES}
    tried = {(name, "body" if path.startswith("body.") else path) for name, path in tried}
    for operation, _, schema in bodies():
        for member in set(texts(schema)):
            if names_a_thing(operation, member):
                assert (operation, member) in tried
            else:
                last = re.sub(r"(\[\])+$|\.\*$", "", member).rsplit(".", 1)[-1]
                assert last in OTHERS or (operation, member) in NOT_OURS, (operation, member)


class Party:
    """A tenant that has one of everything, and somebody with a key of it."""

    def __init__(self, api: Api, name: str) -> None:
        self.api = api
        self.name = name
        self.operator = Tenant(api, name).api
        self.culm: culm.AsyncClient = self.operator
        self.things: dict[str, str] = {}

    async def settle(self) -> None:
        """Get one of everything."""
        ledger = self.operator.ledger
        await ledger.tenants.create(name=self.name, sandbox=True, clock=MONDAY)
        made = await self.operator.keys.create(name="all", scopes=["read", "write"])
        self.culm = self.api.client(made.secret)
        person: Any = {"given_name": "Ann", "family_name": "Marsh"}
        customer = (await self.culm.customers.create(person=person)).id
        await self.culm.customers.activate(customer)
        found = {"customer": customer}
        for name, code, currency in (
            ("bank", "assets:bank", "USD"),
            ("ann", "liabilities:ann", "USD"),
            ("euros", "liabilities:euros", "EUR"),
            ("more euros", "assets:euros", "EUR"),
        ):
            opened = await ledger.accounts.open(code=code, currency=currency)
            found[name] = opened.id
        for name in ("wallet", "shop", "third"):
            wallet = await self.culm.wallets.create(customer=customer, currencies=["USD", "EUR"])
            found[name] = wallet.id
            code = wallet.balances[0].account
            await ledger.accounts.open(code=code, currency="USD", minimum=0)
            await self.operator.request(
                "POST",
                "/v1/ledger/transactions",
                body={
                    "postings": [
                        {"account": found["bank"], "side": "debit", "amount": 100_000},
                        {"account": code, "side": "credit", "amount": 100_000},
                    ]
                },
            )
        found["account"] = (
            await self.culm.bank_accounts.link(
                customer=customer,
                routing="990000013",
                account="123456789",
                holder_name="Ann Marsh",
            )
        ).id
        fee = await self.culm.fee_schedules.create(
            name="some", currency="USD", tiers=[{"fixed": 1}]
        )
        found["fee"] = fee.id
        await self.culm.fx.rates.set(
            base="USD", counter="EUR", rate="0.9", valid_until=MONDAY + timedelta(days=9)
        )
        found["quote"] = await self.quote()
        allowed = await self.culm.request("POST", "/v1/mandates", body=mandate(found))
        found["mandate"] = allowed.json()["id"]
        self.things = found

    async def quote(self) -> str:
        """A price that is good for an hour."""
        made = await self.culm.fx.quotes.create(
            sell_currency="USD", buy_currency="EUR", amount=100, seconds=3_600
        )
        return made.id

    async def events(self) -> int:
        """How much has happened in its books."""
        count = "select count(*) from book_log"
        return int(await self.api.platform.reads_of(self.name).fetchval(count))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def victim(api: Api) -> AsyncIterator[Party]:
    """Somebody who is not asked."""
    party = Party(api, "victim")
    await party.settle()
    yield party


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(api: Api, victim: Party) -> AsyncIterator[Party]:
    """Somebody else, who knows the victim's ids."""
    party = Party(api, "stranger")
    await party.settle()
    yield party


def missing(id_: str) -> str:
    """An id of the same kind that nobody has."""
    return f"{id_[:4]}00000000000fffff"


async def answered(party: Party, operation: str, body: dict[str, Any]) -> Any:
    """What a request is answered, without what tells one answer from the next."""
    path = path_to(operation)
    if operation == "set_timer":
        soon = (await party.operator.clock.get()).now + timedelta(hours=1)
        body = body | {"at": soon.isoformat()}
    try:
        answer = (await party.culm.request("POST", path, body=body)).json()
    except errors.Problem as problem:
        told = problem.document
        return {name: told.get(name) for name in ("status", "code", "field", "detail", "title")}
    return await outcome(party, operation, answer)


async def outcome(party: Party, operation: str, answer: dict[str, Any]) -> Any:
    """What becomes of what is judged later, or one by one."""
    if operation == "create_batch":
        await judge(party.api, answer["id"])
        kept = (await party.culm.request("GET", f"/v1/batches/{answer['id']}/entries")).json()
        return [
            {name: one.get(name) for name in ("line", "verdict", "code", "field")}
            for one in kept["items"]
        ]
    if operation == "post_transactions":
        return answer["results"]
    assert operation == "set_timer", f"taken: {answer}"
    await party.operator.clock.advance(to=datetime.fromisoformat(answer["due"]))
    while await firing.fire_due(party.api.platform, 0):
        pass
    fired = (await party.culm.request("GET", f"/v1/timers/{answer['id']}")).json()
    return {name: fired.get(name) for name in ("state", "fired", "outcome")}


async def judge(api: Api, batch: str) -> None:
    """Have the entries of a batch judged, as its reactor does."""
    rows = await api.platform.db.fetch(
        "select * from book_log where type = $1 order by position", events.BatchReceived.TYPE
    )
    for row in rows:
        event = api.platform.catalog.decode(row["type"], row["version"], row["body"])
        if not isinstance(event, events.BatchReceived) or event.id != batch:
            continue
        heard = fact.Fact(
            id=cloudevent.id_of(row["partition"], row["position"]),
            event=event,
            **{
                name: row[name]
                for name in (
                    "tenant",
                    "time",
                    "actor",
                    "correlation",
                    "causation",
                    "partition",
                    "position",
                )
            },
        )
        for command in await reactors.READ.react(heard, api.platform) or ():  # type: ignore[union-attr]
            await api.platform.submit(command, tenant=row["tenant"])


@pytest.mark.parametrize("case", CASES, ids=name_of)
async def test_an_id_of_anothers_is_answered_like_one_that_there_is_not(
    case: tuple[int, Place], stranger: Party, victim: Party
) -> None:
    number, place = case
    operation, make = BODIES[number]
    theirs, body = make(victim.things), make(stranger.things)
    wanted: Any = theirs
    for step in place:
        wanted = wanted[step]
    happened = await victim.events()
    of_theirs = await answered(stranger, operation, put(body, place, wanted))
    of_nobody = await answered(stranger, operation, put(body, place, missing(wanted)))
    assert of_theirs == of_nobody
    assert "_not_found" in str(of_theirs)
    assert await victim.events() == happened
    if isinstance(of_theirs, dict) and operation != "set_timer":
        assert re.sub(r"\[\d+\]", "[]", of_theirs["field"]) == path_of(place)


async def test_a_file_pays_nobody_from_anothers_wallet_and_nothing_into_one(
    stranger: Party, victim: Party
) -> None:
    async def upload(source: str, to: str) -> Any:
        text = io.StringIO()
        csv.writer(text).writerows([("amount", "to"), ("0.01", to)])
        try:
            made = await stranger.culm.batches.files.upload(
                content=text.getvalue(), media_type="text/csv", source=source, again=True
            )
        except errors.Problem as problem:
            return (problem.status, problem.code, problem.document.get("field"))
        return await outcome(stranger, "create_batch", {"id": made.id})

    own, theirs, happened = stranger.things, victim.things, await victim.events()
    for name in ("shop", "account"):
        of_theirs = await upload(own["wallet"], theirs[name])
        assert of_theirs == await upload(own["wallet"], missing(theirs[name]))
        assert "_not_found" in str(of_theirs)
    of_theirs = await upload(theirs["wallet"], own["shop"])
    assert of_theirs == await upload(missing(theirs["wallet"]), own["shop"])
    assert of_theirs == (404, "wallet_not_found", "source")
    assert await victim.events() == happened


async def test_what_is_tried_would_be_done_with_things_of_ones_own(stranger: Party) -> None:
    """So that it is the id that is refused, and not the rest of the body. What is collected from a
    bank account needs one that is verified, which is looked at once it is found."""
    things = stranger.things | {"quote": await stranger.quote()}
    for operation, make in BODIES:
        path, body = path_to(operation), make(things)
        refusal = None
        try:
            await stranger.culm.request("POST", path, body=body)
        except errors.Problem as problem:
            refusal = problem.code
        kind = (operation, body.get("kind", ""))
        expected = {("create_payment", "top_up"): "bank_account_not_verified"}.get(kind)
        assert refusal == expected, (operation, body)
