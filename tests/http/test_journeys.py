"""Journeys through the API, as its callers make them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from culm.book import merkle, note, proof
from tests.http.conftest import Api, Tenant

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_tenant_opens_accounts_and_moves_money(acme: Tenant) -> None:
    booked = await acme.pay("assets:bank", "liabilities:ann", 12_500, reference="INV-1")
    assert booked["postings"][0] == {
        "account": (await acme.get("/accounts/assets:bank"))["id"],
        "side": "debit",
        "amount": "12500",
        "currency": "EUR",
    }
    assert await acme.get(f"/transactions/{booked['id']}") == booked
    assert (await acme.get("/transactions?reference=INV-1"))["items"] == [booked]
    assert await acme.posted("liabilities:ann") == "12500"
    trial = await acme.get("/trial-balance")
    assert [(c["debit"], c["credit"]) for c in trial["currencies"]] == [("12500", "12500")]


async def test_what_is_refused_says_why_and_which_field(acme: Tenant) -> None:
    postings = [
        {"account": "liabilities:ann", "side": "debit", "amount": 1},
        {"account": "assets:bank", "side": "credit", "amount": 1},
    ]
    answer = await acme.client.post(
        "/v1/ledger/transactions",
        json={"postings": postings},
        headers={"Culm-Tenant": acme.id, "Request-Id": "req-77"},
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["request-id"] == "req-77"
    assert answer.json() == {
        "type": "/problems/insufficient_funds",
        "title": "Insufficient funds",
        "status": 422,
        "code": "insufficient_funds",
        "detail": "The account's available balance would fall below its minimum.",
        "request_id": "req-77",
        "field": "postings[0].account",
    }
    page = (await acme.client.get("/problems/insufficient_funds")).json()
    assert page["description"] == answer.json()["detail"]
    listed = (await acme.client.get("/problems")).json()["problems"]
    assert page in listed


async def test_the_same_key_answers_the_same_and_does_nothing_twice(acme: Tenant) -> None:
    postings = [
        {"account": "assets:bank", "side": "debit", "amount": 5},
        {"account": "liabilities:ann", "side": "credit", "amount": 5},
    ]
    first = await acme.post("/transactions", {"postings": postings}, key="once")
    again = await acme.post("/transactions", {"postings": postings}, key="once")
    assert again == first
    assert await acme.posted("assets:bank") == "5"
    other = await acme.post(
        "/transactions", {"postings": postings, "reference": "x"}, status=409, key="once"
    )
    assert (other["code"], other["field"]) == ("idempotency_conflict", "reference")


async def test_a_hold_is_captured_in_part_and_the_rest_given_back(acme: Tenant) -> None:
    bob = await acme.open("liabilities:bob")
    await acme.pay("assets:bank", "liabilities:ann", 100)
    hold = await acme.post("/holds", {"debit": "liabilities:ann", "credit": bob, "amount": 60})
    balance = await acme.get("/accounts/liabilities:ann/balance")
    assert (balance["held_out"], balance["available"]) == ("60", "40")
    captured = await acme.post(f"/holds/{hold['id']}/captures", {"amount": 45})
    assert captured["hold"] == hold["id"]
    assert (await acme.get("/holds?state=open&account=liabilities:bob"))["items"] == [
        await acme.get(f"/holds/{hold['id']}")
    ]
    released = await acme.post(f"/holds/{hold['id']}/release", status=200)
    assert (released["state"], released["released"]) == ("released", "15")
    again = await acme.post(f"/holds/{hold['id']}/captures", {}, status=409)
    assert (again["code"], again["field"]) == ("hold_not_open", "hold")
    assert await acme.posted("liabilities:bob") == "45"


async def test_releasing_takes_no_amount_so_nobody_believes_it_was_heard(acme: Tenant) -> None:
    await acme.pay("assets:bank", "liabilities:ann", 10)
    body = {"debit": "liabilities:ann", "credit": "assets:bank", "amount": 10}
    hold = await acme.post("/holds", body)
    refused = await acme.post(f"/holds/{hold['id']}/release", {"amount": 5}, status=400)
    assert (refused["code"], refused["field"]) == ("invalid", "amount")
    await acme.post(f"/holds/{hold['id']}/release", {}, status=200)


async def test_a_transaction_is_reversed_in_two_parts_and_no_further(acme: Tenant) -> None:
    booked = await acme.pay("assets:bank", "liabilities:ann", 100)
    path = f"/transactions/{booked['id']}/reversals"
    assert (await acme.post(path, {"amount": 30}))["reverses"] == booked["id"]
    assert (await acme.post(path, {}))["postings"][0]["amount"] == "70"
    refused = await acme.post(path, {}, status=409)
    assert refused["code"] == "already_reversed"
    assert await acme.posted("assets:bank") == "0"


async def test_many_transactions_at_once_have_a_result_each(acme: Tenant) -> None:
    def line(account: str, side: str, amount: int) -> dict[str, object]:
        return {"account": account, "side": side, "amount": amount}

    good = {"postings": [line("assets:bank", "debit", 3), line("liabilities:ann", "credit", 3)]}
    bad = {"postings": [line("assets:bank", "debit", 3), line("liabilities:ann", "credit", 4)]}
    each = await acme.post("/transactions/bulk", {"transactions": [good, bad, good]}, status=200)
    assert [one.get("code") for one in each["results"]] == [None, "unbalanced", None]
    assert await acme.posted("assets:bank") == "6"
    none = await acme.post(
        "/transactions/bulk", {"transactions": [good, bad], "mode": "all"}, status=422
    )
    assert (none["code"], none["field"]) == ("unbalanced", "transactions[1].postings")
    assert await acme.posted("assets:bank") == "6"


async def test_ten_thousand_transactions_fit_into_one_request(acme: Tenant) -> None:
    one = {
        "postings": [
            {"account": "assets:bank", "side": "debit", "amount": 1},
            {"account": "liabilities:ann", "side": "credit", "amount": 1},
        ],
        "reference": "a reference of a usual length",
        "metadata": {"order": "0123456789"},
    }
    done = await acme.post("/transactions/bulk", {"transactions": [one] * 10_000}, status=200)
    assert len(done["results"]) == 10_000
    assert await acme.posted("liabilities:ann") == "10000"


async def test_an_exchange_is_one_transaction_through_both_positions(acme: Tenant) -> None:
    await acme.open("liabilities:ann:usd", "USD")
    await acme.open("liabilities:fx:eur")
    await acme.open("liabilities:fx:usd", "USD")
    await acme.pay("assets:bank", "liabilities:ann", 10_000)
    body = {
        "sell_account": "liabilities:ann",
        "sell": 10_000,
        "buy_account": "liabilities:ann:usd",
        "buy": 10_850,
        "sell_position": "liabilities:fx:eur",
        "buy_position": "liabilities:fx:usd",
    }
    booked = await acme.post("/exchanges", body)
    assert booked["kind"] == "fx"
    assert [line["side"] for line in booked["postings"]] == ["debit", "credit", "debit", "credit"]
    assert await acme.posted("liabilities:ann") == "0"
    assert await acme.posted("liabilities:fx:eur") == "10000"
    assert await acme.posted("liabilities:fx:usd") == "-10850"
    assert await acme.posted("liabilities:ann:usd") == "10850"
    refused = await acme.post("/exchanges", body, status=422)
    assert (refused["code"], refused["field"]) == ("insufficient_funds", "sell_account")
    unknown = await acme.post("/exchanges", body | {"buy_account": "assets:no"}, status=404)
    assert (unknown["code"], unknown["field"]) == ("account_not_found", "buy_account")


async def test_selling_from_an_asset_account_lowers_it_too(acme: Tenant) -> None:
    await acme.open("assets:bank:usd", "USD")
    await acme.open("assets:fx:eur")
    await acme.open("assets:fx:usd", "USD")
    await acme.pay("assets:bank", "liabilities:ann", 500)
    body = {
        "sell_account": "assets:bank",
        "sell": "500",
        "buy_account": "assets:bank:usd",
        "buy": "540",
        "sell_position": "assets:fx:eur",
        "buy_position": "assets:fx:usd",
    }
    await acme.post("/exchanges", body)
    assert await acme.posted("assets:bank") == "0"
    assert await acme.posted("assets:bank:usd") == "540"
    assert await acme.posted("assets:fx:eur") == "500"
    assert await acme.posted("assets:fx:usd") == "-540"


async def test_an_account_is_frozen_then_emptied_then_closed(acme: Tenant) -> None:
    path = "/accounts/liabilities:ann"
    await acme.pay("assets:bank", "liabilities:ann", 10)
    changed = await acme.call(
        "PATCH", path, {"freeze": "out", "metadata": {"tier": "2"}}, status=200
    )
    assert (changed["freeze"], changed["minimum"]) == ("out", "0")
    hold = {"debit": "liabilities:ann", "credit": "assets:bank", "amount": 1}
    assert (await acme.post("/holds", hold, status=422))["field"] == "debit"
    await acme.call("PATCH", path, {"freeze": "none", "minimum": None}, status=200)
    refused = await acme.post(f"{path}/close", status=409)
    assert (refused["code"], refused["field"]) == ("account_not_empty", "account")
    await acme.pay("liabilities:ann", "assets:bank", 10)
    assert (await acme.post(f"{path}/close", status=200))["closed"]


async def test_a_key_makes_a_change_of_an_account_safe_to_repeat(acme: Tenant) -> None:
    path, key = "/accounts/liabilities:ann", "change-1"
    first = await acme.call("PATCH", path, {"freeze": "in"}, status=200, key=key)
    await acme.call("PATCH", path, {"freeze": "none"}, status=200)
    assert await acme.call("PATCH", path, {"freeze": "in"}, status=200, key=key) == first
    assert (await acme.get(path))["freeze"] == "none"


async def test_a_closed_period_takes_nothing_more(acme: Tenant) -> None:
    await acme.pay("assets:bank", "liabilities:ann", 10, effective="2026-03-30T12:00:00Z")
    before = {"before": "2026-04-01T00:00:00+00:00"}
    closed = await acme.post("/periods/close", before, status=200)
    assert closed["closed_before"] == "2026-04-01T00:00:00Z"
    assert await acme.get(f"/tenants/{acme.id}") == closed
    late = await acme.post(
        "/transactions",
        {
            "postings": [
                {"account": "assets:bank", "side": "debit", "amount": 1},
                {"account": "liabilities:ann", "side": "credit", "amount": 1},
            ],
            "effective": "2026-03-31T23:59:59Z",
        },
        status=422,
    )
    assert (late["code"], late["field"]) == ("period_closed", "effective")


async def test_a_statement_and_a_balance_of_the_past(acme: Tenant) -> None:
    await acme.pay("assets:bank", "liabilities:ann", 10, effective="2026-03-10T12:00:00Z")
    await acme.pay("assets:bank", "liabilities:ann", 20, effective="2026-03-20T12:00:00Z")
    path = "/accounts/liabilities:ann"
    then = await acme.get(f"{path}/balance?effective=2026-03-15T00:00:00Z")
    assert then["posted"] == "10"
    statement = await acme.get(
        f"{path}/statement?start=2026-03-11T00:00:00Z&end=2026-04-01T00:00:00Z"
    )
    assert (statement["opening"], statement["closing"]) == ("10", "30")
    assert [line["amount"] for line in statement["lines"]] == ["20"]
    entries = await acme.get(f"{path}/entries?limit=1&newest_first=false")
    assert entries["items"][0]["posted"] == "10"
    rest = await acme.get(f"{path}/entries?newest_first=false&cursor={entries['next_cursor']}")
    assert [entry["posted"] for entry in rest["items"]] == ["30"]


async def test_accounts_come_page_by_page(acme: Tenant) -> None:
    for number in range(5):
        await acme.open(f"income:fees:{number}")
    codes: list[str] = []
    cursor = ""
    while True:
        page = await acme.get(f"/accounts?prefix=income:&limit=2{cursor}")
        codes += [account["code"] for account in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert codes == [f"income:fees:{number}" for number in range(5)]


async def test_an_asset_of_the_tenants_own_is_a_currency(acme: Tenant) -> None:
    asset = await acme.post("/assets", {"code": "USDC", "scale": 6})
    assert (await acme.get("/assets"))["items"] == [asset]
    await acme.open("assets:usdc", "USDC")
    await acme.open("equity:usdc", "USDC")
    huge = "9" * 38
    booked = await acme.pay("assets:usdc", "equity:usdc", huge)
    assert booked["postings"][0]["amount"] == huge


async def test_a_receipt_can_be_checked_with_nothing_but_the_key(acme: Tenant) -> None:
    booked = await acme.pay("assets:bank", "liabilities:ann", 7)
    key = (await acme.get("/checkpoints/key"))["verifier"]
    receipt = proof.Receipt.from_text(await acme.get(f"/transactions/{booked['id']}/proof"))
    checkpoint = proof.check(receipt, note.Verifier.parse(key))
    assert booked["id"].encode() in receipt.leaf
    later = await acme.get("/checkpoints")
    assert await acme.get(f"/checkpoints/{later.splitlines()[1]}") == later
    await acme.pay("assets:bank", "liabilities:ann", 8)
    size = int((await acme.get("/checkpoints")).splitlines()[1])
    found = await acme.get(f"/checkpoints/consistency?old={checkpoint.size}&new={size}")
    assert merkle.verify_consistency(
        old_size=checkpoint.size,
        new_size=size,
        old_root=checkpoint.root,
        new_root=note.decode_base64((await acme.get("/checkpoints")).splitlines()[2]),
        proof=[note.decode_base64(hash_) for hash_ in found["hashes"]],
    )
    beyond = await acme.get(f"/checkpoints/consistency?old=1&new={size + 1_000}", status=404)
    assert beyond["code"] == "not_in_tree"


async def test_tenants_do_not_see_one_another(client: httpx.AsyncClient, acme: Tenant) -> None:
    booked = await acme.pay("assets:bank", "liabilities:ann", 7)
    account = booked["postings"][0]["account"]
    other = Tenant(client, f"{acme.id}-rival")
    await other.post("/tenants", {"name": "Rival"})
    for path in (
        f"/transactions/{booked['id']}",
        f"/transactions/{booked['id']}/proof",
        f"/accounts/{account}",
        f"/accounts/{account}/balance",
        "/accounts/assets:bank",
        f"/tenants/{acme.id}",
    ):
        await other.get(path, status=404)
    assert (await other.get("/accounts"))["items"] == []
    await other.post(f"/transactions/{booked['id']}/reversals", {}, status=404)
    stranger = Tenant(client, "nobody-here")
    unknown = await stranger.get("/accounts", status=404)
    assert (unknown["code"], unknown["field"]) == ("tenant_not_found", "tenant")


async def test_without_a_header_the_request_is_for_the_default_tenant(
    client: httpx.AsyncClient,
) -> None:
    made = await client.post("/v1/ledger/tenants", json={"name": "Everybody"})
    assert made.json()["id"] == "default"
    assert (await client.get("/v1/ledger/tenants/default")).json()["name"] == "Everybody"


async def test_a_request_id_of_ones_own_is_in_the_log(acme: Tenant, api: Api) -> None:
    booked = await acme.call(
        "POST",
        "/accounts",
        {"code": "assets:cash", "currency": "EUR"},
        status=201,
        request_id="order/4711",
    )
    found = await api.platform.db.fetchval(
        "select correlation from book_log where type = 'ledger.account_opened'"
        " and body like '%' || $1 || '%'",
        booked["id"],
    )
    assert found == "order/4711"


async def test_callers_at_once_each_get_their_own_answer(acme: Tenant) -> None:
    booked = await asyncio.gather(
        *(acme.pay("assets:bank", "liabilities:ann", amount) for amount in range(1, 51))
    )
    assert [one["postings"][0]["amount"] for one in booked] == [str(n) for n in range(1, 51)]
    assert len({one["id"] for one in booked}) == 50
    assert await acme.posted("assets:bank") == str(sum(range(1, 51)))


async def test_the_platform_says_that_it_is_alive_and_ready(
    client: httpx.AsyncClient, acme: Tenant
) -> None:
    await acme.open("assets:safe")
    assert (await client.get("/health")).json() == {"status": "ok"}
    ready = (await client.get("/ready")).json()
    assert ready["status"] == "ready"
    assert ready["facts"]["waiting"] > 0, "nobody publishes them in this test"
    assert ready["facts"]["oldest_seconds"] > 0


async def test_a_hold_with_an_end_shows_it(acme: Tenant) -> None:
    await acme.pay("assets:bank", "liabilities:ann", 10)
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    body = {"debit": "liabilities:ann", "credit": "assets:bank", "amount": 10, "expires": end}
    hold = await acme.post("/holds", body)
    assert datetime.fromisoformat(hold["expires"]) == datetime.fromisoformat(end)
