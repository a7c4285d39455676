"""The ACH rail over HTTP: terms with the bank, transfers and their reversal, files in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

import httpx
import msgspec
import pytest
import pytest_asyncio

from culm.gateway import headers
from culm.rails.ach import calendar
from culm.rails.ach.files import commands, plan, reads
from culm.timers import firing
from tests.http.conftest import Api, Tenant

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAIL: Final = "/v1/rails/ach"
TERMS: Final = {"odfi": "021000021", "company_name": "ACME", "company_id": "1234567890"}
MONDAY: Final = "2030-01-07T15:00:00Z"
SHA: Final = "0" * 64


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def payer(client: httpx.AsyncClient) -> AsyncIterator[Tenant]:
    """A tenant of the sandbox with a wallet of 1,000.00 USD and a linked account."""
    tenant = Tenant(client, "rails")
    await tenant.post("/tenants", {"name": "Rails", "sandbox": True, "clock": MONDAY})
    person = {"person": {"given_name": "Ann", "family_name": "Doe"}}
    customer = (await tenant.post("/v1/customers", person))["id"]
    await tenant.post(f"/v1/customers/{customer}/activate", status=200)
    wallet = (await tenant.post("/v1/wallets", {"customer": customer, "currencies": ["USD"]}))["id"]
    account = f"liabilities:wallets:{wallet[4:]}:usd"
    await tenant.open(account, "USD")
    await tenant.open("assets:cash", "USD")
    await tenant.pay("assets:cash", account, 100_000)
    linked = {
        "customer": customer,
        "routing": "021000021",
        "account": "123456",
        "holder_name": "Ann Doe",
    }
    bank = (await tenant.post("/v1/bank_accounts", linked))["id"]
    tenant.way = {"source": wallet, "destination": bank}  # type: ignore[attr-defined]
    yield tenant


async def withdraw(payer: Tenant) -> dict[str, Any]:
    """The newest transfer: a withdrawal of 10.00."""
    way: dict[str, str] = payer.way  # type: ignore[attr-defined]
    asked = {"kind": "withdrawal", "amount": 1_000, "currency": "USD", **way}
    payment = await payer.post("/v1/payments", asked)
    [transfer] = (await payer.get(f"{RAIL}/transfers?purpose={payment['id']}"))["items"]
    found: dict[str, Any] = transfer
    return found


async def until(api: Api, payer: Tenant, day: str, wall: str) -> None:
    to = calendar.moment(date.fromisoformat(day), wall)
    await payer.post("/v1/clock/advance", {"to": to.isoformat()}, status=200)
    while await firing.fire_due(api.platform, 0):
        pass


async def sent(api: Api, payer: Tenant, transfer: dict[str, Any]) -> str:
    """The file of a transfer after its cut-off, sent."""
    window, partition = transfer["window"], api.platform.partition_of(payer.id)
    rows = await reads.window_rows(api.platform.db, partition=partition, window=window)
    made = [await ask(api, payer, step) for step in plan.steps(window, rows)]
    file: str = made[-1].id
    await ask(api, payer, commands.BeginSending(file=file, sha256=SHA, size=1, part="x.part"))
    await ask(api, payer, commands.NoteSent(file=file))
    return file


async def ask(api: Api, payer: Tenant, command: msgspec.Struct) -> Any:
    """What reactors do."""
    return await api.platform.submit(command, tenant=payer.id)


async def test_the_sandbox_has_ready_made_terms_until_others_are_set(payer: Tenant) -> None:
    ready = await payer.get(RAIL)
    assert (ready["odfi"], ready["standard"]["closes"]) == ("990000000", "20:00")
    given = TERMS | {"standard": {"closes": "19:00", "settles": "08:30"}, "same_day": []}
    terms = await payer.call("PUT", RAIL, given, status=200)
    assert (terms["destination"], terms["origin"]) == ("021000021", "1234567890")
    assert await payer.get(RAIL) == terms
    await payer.call("PUT", RAIL, TERMS, status=200)


async def test_who_has_no_terms_is_told_so(client: httpx.AsyncClient) -> None:
    live = Tenant(client, "live-rails")
    await live.post("/tenants", {"name": "Live"})
    assert (await live.get(RAIL, status=409))["code"] == "ach_not_configured"
    bad = await live.call("PUT", RAIL, TERMS | {"odfi": "021000022"}, status=400)
    assert (bad["code"], bad["field"]) == ("ach_terms_invalid", "odfi")
    await live.call("PUT", RAIL, TERMS, status=200)
    assert (await live.get(RAIL))["company_name"] == "ACME"


async def test_a_transfer_is_seen_from_its_order_to_its_reversal(api: Api, payer: Tenant) -> None:
    transfer = await withdraw(payer)
    assert (transfer["state"], transfer["amount"], transfer["direction"]) == (
        "queued",
        "1000",
        "credit",
    )
    assert "sealed" not in transfer
    where = f"{RAIL}/transfers/{transfer['id']}"
    early = await payer.post(f"{where}/reverse", status=409)
    assert early["code"] == "ach_not_settled"
    await until(api, payer, "2030-01-07", "20:00")
    file = await sent(api, payer, transfer)
    found = await payer.get(where)
    assert (found["state"], found["file"]) == ("sent", file)
    assert [o["id"] for o in (await payer.get(f"{RAIL}/transfers?state=sent"))["items"]] == [
        transfer["id"]
    ]
    resolved = await payer.post(f"{RAIL}/files/{file}/resolve", {"outcome": "accepted"}, status=200)
    assert resolved["state"] == "accepted"
    await until(api, payer, "2030-01-08", "09:00")
    settle = commands.SettleBatch(batch=found["batch"], transfers=(transfer["id"],))
    await api.platform.submit(settle, tenant=payer.id)
    assert (await payer.get(where))["state"] == "settled"
    reversal = await payer.post(f"{where}/reverse")
    assert (reversal["kind"], reversal["direction"], reversal["original"]) == (
        "reversal",
        "debit",
        transfer["id"],
    )
    assert (await payer.get(where))["followed"] == reversal["id"]
    again = await payer.post(f"{where}/reverse", status=409)
    assert again["code"] == "ach_already_reversed"
    listed = (await payer.get(f"{RAIL}/transfers?limit=1"))["items"]
    assert [one["id"] for one in listed] == [reversal["id"]]
    other_way = await payer.post(f"{RAIL}/transfers/{reversal['id']}/reverse", status=422)
    assert other_way["code"] == "ach_not_reversible"


async def test_a_payment_is_reversed_within_five_banking_days(api: Api, payer: Tenant) -> None:
    transfer = await withdraw(payer)
    await until(api, payer, "2030-01-08", "20:00")
    file = await sent(api, payer, transfer)
    await payer.post(f"{RAIL}/files/{file}/resolve", {"outcome": "accepted"}, status=200)
    await until(api, payer, "2030-01-17", "09:00")  # six banking days after the ninth
    batch = (await payer.get(f"{RAIL}/transfers/{transfer['id']}"))["batch"]
    settle = commands.SettleBatch(batch=batch, transfers=(transfer["id"],))
    await api.platform.submit(settle, tenant=payer.id)
    late = await payer.post(f"{RAIL}/transfers/{transfer['id']}/reverse", status=409)
    assert late["code"] == "ach_reversal_too_late"


async def test_a_file_that_the_bank_never_had_is_resolved_once(api: Api, payer: Tenant) -> None:
    transfer = await withdraw(payer)
    await until(api, payer, "2030-01-17", "20:00")
    file = await sent(api, payer, transfer)
    where = f"{RAIL}/files/{file}"
    known = await payer.post(f"{where}/resolve", {"outcome": "arrived"}, status=409)
    assert known["code"] == "ach_sent_file_not_open"
    said = {"outcome": "lost", "reason": "They have no such file."}
    lost = await payer.post(f"{where}/resolve", said, status=200)
    assert (lost["state"], lost["code"], lost["reason"]) == ("rejected", "lost", said["reason"])
    assert await payer.get(where) == lost
    over = await payer.post(f"{where}/resolve", {"outcome": "accepted"}, status=409)
    assert over["code"] == "ach_sent_file_not_open"
    assert [o["id"] for o in (await payer.get(f"{RAIL}/files?state=rejected"))["items"]] == [file]
    long = await payer.post(f"{where}/resolve", said | {"reason": "x" * 201}, status=400)
    assert long["code"] == "ach_reason_invalid"


@pytest.mark.parametrize("path", ["transfers/tfr_00000000000fffff", "files/x", "transfers/x"])
async def test_what_is_not_there_is_not_found(payer: Tenant, path: str) -> None:
    assert (await payer.get(f"{RAIL}/{path}", status=404))["code"].endswith("_not_found")


async def test_keys_of_the_platform_are_not_for_callers(client: httpx.AsyncClient) -> None:
    """Nobody can use up the key under which a return will be taken in."""
    answer = await client.put(
        RAIL,
        json=TERMS,
        headers={headers.TENANT: "rails", headers.KEY: f"culm:ach-inbox:{SHA}:r0"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "header_invalid")


async def test_files_are_told_of_by_state(api: Api, payer: Tenant) -> None:
    partition = api.platform.partition_of(payer.id)
    counts = await reads.counts(api.platform.db, partition=partition)
    listed = (await payer.get(f"{RAIL}/files"))["items"]
    assert {one.state: one.files for one in counts} == Counter(one["state"] for one in listed)
    assert {one.sandbox for one in counts} == {True}
