"""A tenant sees nothing of another's: held by the code, and by the database beneath it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio

from culm.facts import cloudevent
from culm.kernel import database, ids
from culm.rails.ach.files import commands as ach
from culm.timers import firing
from culm.work import commands as work
from tests.book.test_schema import MIGRATOR, OF_NOBODY
from tests.http.conftest import Api, Tenant
from tests.http.test_description import DOCUMENT
from tests.http.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")

READ_BY_ALL: Final = {"book_head", "projection.progress"}
"""What readers see that has no rows of tenants."""

OF_ALL_TENANTS: Final = {"size": "1", "type": "ledger.hold_placed", "version": "1"}
"""What paths name that is nothing of a tenant's: checkpoints, events' schemas."""

ASKED: Final = OF_ALL_TENANTS | {
    "start": "2020-01-01T00:00:00Z",
    "end": "2099-01-01T00:00:00Z",
    "from": "2026-01-01",
    "to": "2026-12-31",
    "currency": "USD",
    "reference": "a reference",
    "old": "1",
    "new": "1",
}
"""What else is asked, in paths and queries."""

EMPTY: Final = {
    "/v1/ledger/checkpoints/{size}",
    "/v1/rails/ach/transfers/{transfer}/change",
    "/v1/webhooks/endpoints/{endpoint}/replay",
}
"""What its owner finds nothing at either."""

TABLES: Final = """
    select c.oid::regclass::text as name, relrowsecurity as guarded,
        has_any_column_privilege('culm_reader', c.oid, 'select') as readable,
        exists (select from pg_policy where polrelid = c.oid) as policy,
        has_any_column_privilege('culm_reader', c.oid, 'insert, update')
            or has_table_privilege('culm_reader', c.oid, 'delete, truncate') as writable
    from pg_class c
    where relkind in ('r', 'p')
        and relnamespace in ('public'::regnamespace, 'projection'::regnamespace)
    order by 1
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def owner(api: Api) -> AsyncIterator[asyncpg.Connection[Any]]:
    """The database's owner, who sees all."""
    connection = await asyncpg.connect(api.platform.settings.database_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other(api: Api) -> Tenant:
    """A tenant that has nothing."""
    tenant = api.tenant("other")
    await tenant.post("/tenants", {"name": "Other"})
    return tenant


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(api: Api, other: Tenant) -> dict[str, str]:
    """One of everything that a tenant can have, by the name of the parameter that names it."""
    acme = api.tenant("acme")
    await acme.post("/tenants", {"name": "Acme", "sandbox": True, "clock": "2030-01-01T00:00:00Z"})
    account = await acme.open("assets:bank")
    await acme.open("liabilities:ann")
    await acme.post("/assets", {"code": "GOLD", "scale": 3})
    paid = await acme.pay("assets:bank", "liabilities:ann", 100, reference="a reference")
    held = {"debit": "liabilities:ann", "credit": "assets:bank", "amount": 5}
    hold = await acme.post("/holds", held | {"expires": "2099-01-01T00:00:00Z"})
    timer = await acme.post("/v1/timers", example("/v1/timers"))
    customer = await acme.post("/v1/customers", example("/v1/customers"))
    await acme.post(f"/v1/customers/{customer['id']}/activate", status=200)
    holding = example("/v1/wallets") | {"customer": customer["id"]}
    wallet = await acme.post("/v1/wallets", holding)
    key = (await acme.post("/v1/keys", example("/v1/keys")))["key"]
    await acme.open(f"liabilities:wallets:{wallet['id'][4:]}:usd", "USD")
    await acme.open("assets:bank:usd", "USD")
    await acme.pay("assets:bank:usd", f"liabilities:wallets:{wallet['id'][4:]}:usd", 1_000)
    shop = await acme.post("/v1/wallets", holding)
    schedule = await acme.post("/v1/fee_schedules", example("/v1/fee_schedules"))
    sides = {"source": wallet["id"], "destination": shop["id"], "amount": 1_000}
    payment = await acme.post("/v1/payments", example("/v1/payments") | sides)
    refund = await acme.post(f"/v1/payments/{payment['id']}/refunds", {"amount": 10})
    contested = {"reason": "duplicate", "amount": 10}
    dispute = await acme.post(f"/v1/payments/{payment['id']}/disputes", contested)
    priced = example("/v1/fx/rates") | {"valid_until": "2030-01-02T00:00:00Z"}
    await acme.post("/v1/fx/rates", priced, status=200)
    quote = await acme.post("/v1/fx/quotes", example("/v1/fx/quotes"))
    wage = {**sides, "amount": 1, "currency": "USD"}
    planned = await acme.post("/v1/payment_schedules", example("/v1/payment_schedules") | wage)
    planning = f"/v1/payment_schedules/{planned['id']}"
    await acme.post(f"{planning}/skip", status=200)
    [run] = (await acme.get(f"{planning}/runs"))["items"]
    giving = {key: wage[key] for key in ("source", "destination", "currency")}
    allowed = example("/v1/mandates") | giving | {"kind": "transfer"}
    mandate = await acme.post("/v1/mandates", allowed)
    many = {"source": wallet["id"], "entries": [{"amount": 1, "to": shop["id"]}]}
    batch = await acme.post("/v1/batches", many)
    await acme.post(f"/v1/mandates/{mandate['id']}/collections", {"amount": 1})
    agreed = {"purpose": "marketing", "version": "1"}
    await acme.post(f"/v1/customers/{customer['id']}/consents", agreed)
    await acme.post(f"/v1/customers/{customer['id']}/activate", status=200)
    linked = example("/v1/bank_accounts") | {"customer": customer["id"]}
    bank_account = await acme.post("/v1/bank_accounts", linked)
    out = {"kind": "withdrawal", "source": wallet["id"], "destination": bank_account["id"]}
    await acme.post("/v1/payments", out | {"amount": 100, "currency": "USD"})
    [transfer] = (await acme.get("/v1/rails/ach/transfers"))["items"]
    file = await cut(api, acme, transfer)
    hook = {"url": "https://hooks.example.com/culm"}
    endpoint = await acme.post("/v1/webhooks/endpoints", hook)
    event = cloudevent.id_of(0, ids.position_of(paid.id))
    await api.platform.submit(
        work.Park(reactor="tests", fact=event, type="ledger.transaction_posted", code="timeout"),
        tenant="acme",
    )
    [parked] = (await acme.get("/v1/parked"))["items"]
    while await api.platform.projector.step():
        pass
    return {
        "account": account,
        "transaction": paid.id,
        "hold": hold["id"],
        "timer": timer["id"],
        "endpoint": endpoint["id"],
        "event": event,
        "parked": parked["id"],
        "tenant": "acme",
        "wallet": wallet["id"],
        "key": key["id"],
        "payment": payment["id"],
        "quote": quote["id"],
        "payment_schedule": planned["id"],
        "run": run["id"],
        "mandate": mandate["id"],
        "batch": batch["id"],
        "refund": refund["id"],
        "dispute": dispute["id"],
        "schedule": schedule["id"],
        "customer": customer["id"],
        "bank_account": bank_account["id"],
        "transfer": transfer["id"],
        "file": file,
    }


async def cut(api: Api, acme: Tenant, transfer: dict[str, Any]) -> str:
    """The file that a transfer is in once its cut-off has come."""
    await acme.post("/v1/clock/advance", {"to": "2030-01-01T01:00:00Z"}, status=200)
    while await firing.fire_due(api.platform, 0):
        pass
    window = transfer["window"]
    for step in (
        ach.CutBatch(window=window, transfers=(transfer["id"],)),
        ach.FinishFile(window=window),
    ):
        await api.platform.submit(step, tenant="acme")
    [file] = (await acme.get("/v1/rails/ach/files"))["items"]
    found: str = file["id"]
    return found


def example(path: str) -> dict[str, Any]:
    """The body that the description shows for a POST."""
    content = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]
    found: dict[str, Any] = content["application/json"]["example"]
    return found


def operations(method: str) -> list[tuple[str, dict[str, Any]]]:
    """The operations of the API for tenants, by path."""
    return [
        (path, of[method])
        for path, of in DOCUMENT["paths"].items()
        if method in of and path.startswith("/v1/")
    ]


def named(operation: dict[str, Any], place: str) -> list[str]:
    """What an operation's parameters in the path or the query are called."""
    return [one["name"] for one in operation["parameters"] if one.get("in") == place]


async def test_every_table_shows_readers_the_rows_of_one_tenant(
    owner: asyncpg.Connection[Any], own: dict[str, str]
) -> None:
    rows = await owner.fetch(TABLES)
    assert {row["name"] for row in rows if not row["guarded"]} == {*OF_NOBODY, MIGRATOR}
    readable = {row["name"] for row in rows if row["readable"]}
    assert readable - {row["name"] for row in rows if row["policy"]} == READ_BY_ALL
    assert [row["name"] for row in rows if row["writable"]] == []


async def test_every_row_belongs_to_exactly_one_tenant(
    api: Api, owner: asyncpg.Connection[Any], own: dict[str, str]
) -> None:
    tenants = [row["id"] for row in await owner.fetch("select id from ledger_tenant")]
    filled = 0
    for table in [row["name"] for row in await owner.fetch(TABLES) if row["policy"]]:
        count = f"select count(*) from {table}"
        seen = [await api.platform.reads_of(tenant).fetchval(count) for tenant in tenants]
        assert sum(seen) == await owner.fetchval(count), table
        assert await api.platform.reads_of("nobody").fetchval(count) == 0
        assert sum(seen) == seen[tenants.index("acme")] + seen[tenants.index("other")]
        filled += seen[tenants.index("acme")] > 0
    assert filled > 10


async def test_a_reader_without_a_tenant_sees_nothing(api: Api, own: dict[str, str]) -> None:
    reader = await asyncpg.connect(
        api.platform.settings.database_url, server_settings={"role": database.READER}
    )
    assert await reader.fetchval("select count(*) from ledger_account") == 0
    assert await reader.fetchval("select count(*) from book_log") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.fetchval("select count(*) from book_answer")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.execute("update ledger_account set closed = true")
    await reader.close()


async def test_a_connection_is_shown_another_tenants_rows_when_it_is_asked_by_another(
    api: Api, own: dict[str, str]
) -> None:
    query = "select count(*) from ledger_account"
    for _ in range(3):
        assert await api.platform.reads_of("acme").fetchval(query) > 1
        assert await api.platform.reads_of("other").fetchval(query) == 0


async def test_what_a_path_names_is_tried_by_another_tenant(own: dict[str, str]) -> None:
    """A new resource gets its line in `own`."""
    for method in ("get", "post", "patch", "put"):
        for _, operation in operations(method):
            assert set(named(operation, "path")) <= own.keys() | OF_ALL_TENANTS.keys()


@pytest.mark.parametrize("path", [path for path, _ in operations("get")])
async def test_no_read_tells_anything_of_anothers(
    path: str, own: dict[str, str], other: Tenant, wire: Wire
) -> None:
    operation = DOCUMENT["paths"][path]["get"]
    of_theirs = [name for name in named(operation, "path") if name in own]
    given = own | ASKED
    asked = {name: given[name] for name in named(operation, "query") if name in given}
    target = path.format(**given)
    answer = await wire.get(target, params=asked, headers={"Culm-Tenant": other.id})
    if of_theirs:
        assert answer.status_code == 404, answer.text
    for name, of_acme in own.items():
        if name not in (*of_theirs, "tenant"):
            assert of_acme not in answer.text
    answer = await wire.get(target, params=asked, headers={"Culm-Tenant": "acme"})
    assert answer.status_code == (404 if path in EMPTY else 200), answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, path)
        for method in ("post", "patch", "put")
        for path, operation in operations(method)
        if named(operation, "path")
    ],
)
async def test_no_command_reaches_anothers(
    method: str, path: str, own: dict[str, str], other: Tenant
) -> None:
    content = DOCUMENT["paths"][path][method]["requestBody"]["content"]["application/json"]
    target = path.format(**own)
    await other.call(method.upper(), target, content.get("example", {}), status=404)
