"""Hostile requests: each is told what is wrong with it, and none breaks anything."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from typing import Any, NamedTuple

import httpx
import pytest

from culm.client import types
from culm.gateway import limits
from tests.http.conftest import Api, Tenant
from tests.http.test_description import DOCUMENT
from tests.http.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRANSACTIONS = "/v1/ledger/transactions"
ACCOUNTS = "/v1/ledger/accounts"


def booking(first: str = "1", *, account: str = '"assets:bank"', more: str = "") -> str:
    """A transaction as text, to be spoiled."""
    return (
        f'{{"postings": [{{"account": {account}, "side": "debit", "amount": 1}}, '
        f'{{"account": "liabilities:ann", "side": "credit", "amount": {first}}}]{more}}}'
    )


class Case(NamedTuple):
    """A body, and what is answered."""

    name: str
    body: str | bytes
    code: str
    field: str | None
    status: int = 400


BODIES = [
    Case("nothing", b"", "json_malformed", "body"),
    Case("cut off", booking()[:-1], "json_malformed", "body"),
    Case("more after the end", booking() + "{}", "json_malformed", "body"),
    Case("a byte order mark", "\ufeff" + booking(), "json_malformed", "body"),
    Case("UTF-16", booking().encode("utf-16"), "json_malformed", "body"),
    Case("a lone byte", booking(more=', "kind": "').encode() + b'\xff"}', "json_malformed", "body"),
    Case(
        "overlong NUL",
        booking(account='"@"').encode().replace(b"@", b"\xc0\x80"),
        "json_malformed",
        "body",
    ),
    Case(
        "a surrogate in UTF-8",
        booking(account='"@"').encode().replace(b"@", b"\xed\xa0\x80"),
        "json_malformed",
        "body",
    ),
    Case("a lone surrogate", booking(account=r'"\ud800"'), "json_malformed", "body"),
    Case("half a pair", booking(account=r'"\ud800\u0041"'), "json_malformed", "body"),
    Case("a raw control character", booking(account='"a\x01"'), "json_malformed", "body"),
    Case("not a number", booking("NaN"), "json_malformed", "body"),
    Case("infinity", booking("-Infinity"), "json_malformed", "body"),
    Case("a leading zero", booking("01"), "json_malformed", "body"),
    Case("single quotes", booking("'1'"), "json_malformed", "body"),
    Case("a list", "[]", "invalid", "body"),
    Case("null", "null", "invalid", "body"),
    Case("a text", '"{}"', "invalid", "body"),
    Case("no postings", "{}", "invalid", "postings"),
    Case("postings of nothing", '{"postings": []}', "postings_count", "postings"),
    Case(
        "one posting",
        '{"postings": [{"account": "a", "side": "debit", "amount": 1}]}',
        "postings_count",
        "postings",
    ),
    Case("postings as an object", '{"postings": {}}', "invalid", "postings"),
    Case(
        "a posting without an amount",
        '{"postings": [{"account": "a", "side": "debit"}]}',
        "invalid",
        "postings[0].amount",
    ),
    Case("an unknown member", booking(more=', "amonut": 5'), "invalid", "amonut"),
    Case("an unknown member inside", booking('1, "x": 1'), "invalid", "postings[1].x"),
    Case("a member twice", booking(more=', "kind": "a", "kind": "b"'), "member_repeated", "kind"),
    Case("an amount twice", booking('1, "amount": 2'), "member_repeated", "postings[1].amount"),
    Case(
        "metadata twice",
        booking(more=', "metadata": {"a": "1", "b": "", "a": "2"}'),
        "member_repeated",
        "metadata.a",
    ),
    Case(
        "a twice-escaped name",
        booking(more=r', "kind": "a", "\u006bind": "b"'),
        "member_repeated",
        "kind",
    ),
    Case("a fraction", booking("1.5"), "invalid", "postings[1].amount"),
    Case("a whole float", booking("1.0"), "invalid", "postings[1].amount"),
    Case("an exponent", booking("1e2"), "invalid", "postings[1].amount"),
    Case("zero", booking("0"), "invalid", "postings[1].amount"),
    Case("minus zero", booking("-0"), "invalid", "postings[1].amount"),
    Case("negative", booking("-1"), "invalid", "postings[1].amount"),
    Case("true", booking("true"), "invalid", "postings[1].amount"),
    Case("null amount", booking("null"), "invalid", "postings[1].amount"),
    Case("10^38", booking("1" + "0" * 38), "amount_invalid", "postings[1].amount"),
    Case("10^400", booking("1" + "0" * 400), "amount_invalid", "postings[1].amount"),
    Case("10^5000", booking("1" + "0" * 5_000), "invalid", "postings[1].amount"),
    Case("10^100000", booking("1" + "0" * 100_000), "invalid", "postings[1].amount"),
    Case("digits and a line end", booking(r'"12\n"'), "amount_invalid", "postings[1].amount"),
    Case("digits of another script", booking('"١٢"'), "invalid", "postings[1].amount"),
    Case("10^38 as a text", booking('"1' + "0" * 38 + '"'), "invalid", "postings[1].amount"),
    Case("a space in digits", booking('" 1"'), "invalid", "postings[1].amount"),
    Case("an unknown side", booking().replace("credit", "left"), "invalid", "postings[1].side"),
    Case(
        "NUL in an account",
        booking(account=r'"assets:\u0000"'),
        "account_not_found",
        "postings[0].account",
        404,
    ),
    Case(
        "NUL in an id",
        booking(account=r'"acc_\u0000"'),
        "account_not_found",
        "postings[0].account",
        404,
    ),
    Case(
        "an empty account", booking(account='""'), "account_not_found", "postings[0].account", 404
    ),
    Case(
        "an id past 64 bits",
        booking(account='"acc_ffffffffffffffff"'),
        "account_not_found",
        "postings[0].account",
        404,
    ),
    Case(
        "a long account",
        booking(account=f'"assets:{"x" * 100_000}"'),
        "account_not_found",
        "postings[0].account",
        404,
    ),
    Case(
        "NUL in a reference",
        booking(more=r', "reference": "\u0000"'),
        "reference_invalid",
        "reference",
    ),
    Case(
        "NUL in metadata",
        booking(more=r', "metadata": {"a": "\u0000"}'),
        "metadata_invalid",
        "metadata",
    ),
    Case("a number in metadata", booking(more=', "metadata": {"a": 1}'), "invalid", "metadata"),
    Case(
        "deep metadata", booking(more=', "metadata": ' + '{"a": ' * 50_000), "invalid", "metadata"
    ),
    Case("a line end in a kind", booking(more=r', "kind": "transfer\n"'), "kind_invalid", "kind"),
    Case("deep lists", "[" * 200_000, "invalid", "body"),
    Case("deep objects", '{"postings": ' * 200_000, "invalid", "postings"),
    Case(
        "a naive time",
        booking(more=', "effective": "2026-01-01T00:00:00"'),
        "time_invalid",
        "effective",
    ),
    Case("a date", booking(more=', "effective": "2026-01-01"'), "invalid", "effective"),
    Case("a time as a number", booking(more=', "effective": 1700000000'), "invalid", "effective"),
    Case(
        "the year 1",
        booking(more=', "effective": "0001-01-01T00:00:00+14:00"'),
        "time_invalid",
        "effective",
    ),
    Case(
        "the year 9999",
        booking(more=', "effective": "9999-12-31T23:59:59-14:00"'),
        "time_invalid",
        "effective",
    ),
    Case(
        "30 February", booking(more=', "effective": "2026-02-30T00:00:00Z"'), "invalid", "effective"
    ),
    Case(
        "a leap second",
        booking(more=', "effective": "2016-12-31T23:59:60Z"'),
        "invalid",
        "effective",
    ),
]


@pytest.mark.parametrize("case", BODIES, ids=lambda case: case.name)
async def test_a_spoilt_body_is_told_its_fault(wire: Wire, acme: Tenant, case: Case) -> None:
    answer = await send(wire, acme, "POST", TRANSACTIONS, case.body)
    refused(answer, case.status, case.code, case.field)
    assert await acme.posted("assets:bank") == 0


OTHER_BODIES = [
    (ACCOUNTS, {"code": "assets:a", "currency": "\u0000"}, 422, "currency_unknown", "currency"),
    (ACCOUNTS, {"code": "assets:\u0000", "currency": "EUR"}, 400, "code_invalid", "code"),
    (ACCOUNTS, {"code": "assets:a\n", "currency": "EUR"}, 400, "code_invalid", "code"),
    (
        ACCOUNTS,
        {"code": "assets:a", "currency": "EUR", "minimum": 10**400},
        400,
        "limits_invalid",
        "minimum",
    ),
    (
        ACCOUNTS,
        {"code": "assets:a", "currency": "EUR", "maximum": "-1"},
        400,
        "limits_invalid",
        "maximum",
    ),
    (ACCOUNTS, {"code": "assets:a", "currency": "EUR", "side": "both"}, 400, "invalid", "side"),
    ("/v1/ledger/assets", {"code": "A\u0000B", "scale": 2}, 400, "asset_invalid", "code"),
    ("/v1/ledger/assets", {"code": "ABC", "scale": 10**400}, 400, "asset_invalid", "scale"),
    (
        "/v1/ledger/assets",
        {"code": "ABC", "scale": 2, "name": "\u0000"},
        400,
        "asset_invalid",
        "name",
    ),
    ("/v1/ledger/assets", {"code": "ABC", "scale": 1.5}, 400, "invalid", "scale"),
    ("/v1/ledger/tenants", {"name": "a\u0000"}, 400, "tenant_invalid", "name"),
    ("/v1/ledger/periods/close", {"before": "2026-01-01T00:00:00"}, 400, "time_invalid", "before"),
    (
        "/v1/ledger/holds",
        {"debit": "\u0000", "credit": "assets:bank", "amount": 1},
        404,
        "account_not_found",
        "debit",
    ),
    ("/v1/ledger/holds/hld_0000000000000001/captures", {"amounts": 1}, 400, "invalid", "amounts"),
    ("/v1/ledger/holds/x/captures", {}, 404, "hold_not_found", "hold"),
    ("/v1/ledger/holds/hld_ffffffffffffffff/release", None, 404, "hold_not_found", "hold"),
    (
        "/v1/ledger/transactions/txn_7fffffffffffffff/reversals",
        {},
        404,
        "transaction_not_found",
        "transaction",
    ),
    (
        "/v1/ledger/transactions/txn_0000000000000000/reversals",
        {"amounts": ["x"]},
        400,
        "amount_invalid",
        "amounts[0]",
    ),
    ("/v1/ledger/transactions/bulk", {"transactions": []}, 400, "batch_size", "transactions"),
    (
        "/v1/ledger/transactions/bulk",
        {"transactions": [{}]},
        400,
        "invalid",
        "transactions[0].postings",
    ),
    ("/v1/ledger/transactions/bulk", {"transactions": [], "mode": "any"}, 400, "invalid", "mode"),
    ("/v1/ledger/exchanges", {"sell": 0}, 400, "invalid", "sell"),
    (ACCOUNTS + "/assets:no/close", {}, 404, "account_not_found", "account"),
]


@pytest.mark.parametrize(("path", "body", "status", "code", "field"), OTHER_BODIES)
async def test_every_command_names_the_field(
    wire: Wire, acme: Tenant, path: str, body: Any, status: int, code: str, field: str
) -> None:
    raw = b"" if body is None else json.dumps(body)
    refused(await send(wire, acme, "POST", path, raw), status, code, field)


TARGETS = [
    ("GET", "/", 404, "route_not_found", "path"),
    ("GET", "/v1/ledger/nothing", 404, "route_not_found", "path"),
    ("GET", "/v1/ledger/accounts/a/b/c", 404, "route_not_found", "path"),
    ("GET", "/v1/ledger/../../etc/passwd", 404, "route_not_found", "path"),
    ("GET", "/%ff%fe", 404, "route_not_found", "path"),
    ("GET", "/%", 404, "route_not_found", "path"),
    ("GET", "/%zz", 404, "route_not_found", "path"),
    ("DELETE", ACCOUNTS, 405, "method_not_allowed", "method"),
    ("PROPFIND", ACCOUNTS, 405, "method_not_allowed", "method"),
    ("PUT", TRANSACTIONS + "/bulk", 405, "method_not_allowed", "method"),
    ("GET", TRANSACTIONS + "/bulk", 405, "method_not_allowed", "method"),
    ("GET", ACCOUNTS + "/%ff%fe", 400, "parameter_invalid", "account"),
    ("GET", ACCOUNTS + "/assets%3abank%00", 400, "parameter_invalid", "account"),
    ("GET", ACCOUNTS + "/%0d%0aSet-Cookie:a", 400, "parameter_invalid", "account"),
    ("GET", ACCOUNTS + "/" + "a" * 2_000, 400, "parameter_invalid", "account"),
    ("GET", ACCOUNTS + "/acc_ffffffffffffffff", 404, "account_not_found", "account"),
    ("GET", ACCOUNTS + "/acc_7fffffffffffffff/balance", 404, "account_not_found", "account"),
    ("GET", TRANSACTIONS + "/txn_7fffffffffffffff", 404, "transaction_not_found", "transaction"),
    (
        "GET",
        TRANSACTIONS + "/txn_ffffffffffffffff/proof",
        404,
        "transaction_not_found",
        "transaction",
    ),
    ("GET", TRANSACTIONS, 400, "parameter_invalid", "reference"),
    ("GET", TRANSACTIONS + "?reference=%00", 400, "parameter_invalid", "reference"),
    ("GET", TRANSACTIONS + "?reference=" + "x" * 141, 400, "parameter_invalid", "reference"),
    ("GET", TRANSACTIONS + "?reference=a&cursor=x", 400, "parameter_invalid", "cursor"),
    ("GET", TRANSACTIONS + "?reference=a&cursor=" + "A" * 900, 400, "parameter_invalid", "cursor"),
    (
        "GET",
        TRANSACTIONS + "?reference=a&cursor=" + "A" * 1_200,
        400,
        "parameter_invalid",
        "cursor",
    ),
    ("GET", ACCOUNTS + "?cursor=%F0%9F%92%A9", 400, "parameter_invalid", "cursor"),
    ("GET", ACCOUNTS + "?cursor=", 400, "parameter_invalid", "cursor"),
    ("GET", ACCOUNTS + "?limit=0", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=501", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=1e3", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=" + "9" * 400, 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=1&limit=2", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?lmit=1", 400, "parameter_invalid", "lmit"),
    ("GET", ACCOUNTS + "?prefix=%27%3b--", 400, "parameter_invalid", "prefix"),
    ("GET", ACCOUNTS + "?prefix=%00", 400, "parameter_invalid", "prefix"),
    ("GET", ACCOUNTS + "?x=" + "y" * 9_000, 414, "target_too_long", "path"),
    (
        "GET",
        ACCOUNTS + "/assets:bank/balance?effective=2026-01-01T00:00:00",
        400,
        "time_invalid",
        "effective",
    ),
    (
        "GET",
        ACCOUNTS + "/assets:bank/balance?effective=yesterday",
        400,
        "parameter_invalid",
        "effective",
    ),
    (
        "GET",
        ACCOUNTS + "/assets:bank/balance?effective=1e308",
        400,
        "parameter_invalid",
        "effective",
    ),
    (
        "GET",
        ACCOUNTS + "/assets:bank/balance?recorded=9999-12-31T23:59:59-14:00",
        400,
        "time_invalid",
        "recorded",
    ),
    (
        "GET",
        ACCOUNTS + "/assets:bank/statement?end=2026-01-01T00:00:00Z",
        400,
        "parameter_invalid",
        "start",
    ),
    (
        "GET",
        ACCOUNTS + "/assets:bank/statement?start=2026-02-01T00:00:00Z&end=2026-01-01T00:00:00Z",
        400,
        "parameter_invalid",
        "end",
    ),
    (
        "GET",
        ACCOUNTS + "/assets:bank/entries?newest_first=perhaps",
        400,
        "parameter_invalid",
        "newest_first",
    ),
    ("GET", "/v1/ledger/holds?state=half", 400, "parameter_invalid", "state"),
    ("GET", "/v1/ledger/holds?account=%00", 400, "parameter_invalid", "account"),
    ("GET", "/v1/ledger/checkpoints/-1", 400, "parameter_invalid", "size"),
    ("GET", "/v1/ledger/checkpoints/99999999", 404, "checkpoint_not_found", "size"),
    ("GET", "/v1/ledger/checkpoints/" + "9" * 30, 400, "parameter_invalid", "size"),
    ("GET", "/v1/ledger/checkpoints/1x", 400, "parameter_invalid", "size"),
    ("GET", "/v1/ledger/checkpoints/+8", 400, "parameter_invalid", "size"),
    ("GET", "/v1/ledger/checkpoints/08", 400, "parameter_invalid", "size"),
    ("GET", "/v1/ledger/checkpoints/8.0", 400, "parameter_invalid", "size"),
    (
        "GET",
        "/v1/ledger/checkpoints/consistency?old=1.0&new=2",
        400,
        "parameter_invalid",
        "old",
    ),
    ("GET", ACCOUNTS + "?limit=1.0", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=05", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=%2B5", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=%205", 400, "parameter_invalid", "limit"),
    ("GET", ACCOUNTS + "?limit=%D9%A5", 400, "parameter_invalid", "limit"),
    ("GET", "/v1/ledger/holds?state=null", 400, "parameter_invalid", "state"),
    (
        "GET",
        ACCOUNTS + "/assets:bank/entries?newest_first=1",
        400,
        "parameter_invalid",
        "newest_first",
    ),
    ("GET", "/v1/ledger/checkpoints/consistency?old=5&new=2", 404, "not_in_tree", "old"),
    ("GET", "/v1/ledger/checkpoints/consistency?old=5", 400, "parameter_invalid", "new"),
    ("GET", "/problems/nothing", 404, "problem_not_found", "code"),
    ("GET", "/problems/%00", 404, "problem_not_found", "code"),
]


@pytest.mark.parametrize(("method", "target", "status", "code", "field"), TARGETS)
async def test_a_spoilt_path_or_query_is_told_its_fault(
    api: Api, acme: Tenant, method: str, target: str, status: int, code: str, field: str | None
) -> None:
    head = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Culm-Tenant: {acme.id}"]
    answer = await raw(api, "\r\n".join([*head, "", ""]).encode())
    refused(answer, status, code, field)


LISTS = [
    path
    for path, of in DOCUMENT["paths"].items()
    if "{" not in path
    and any(one.get("name") == "cursor" for one in of.get("get", {}).get("parameters", ()))
]


@pytest.mark.parametrize("path", LISTS)
async def test_a_cursor_that_a_list_did_not_give_is_told_like_any_parameter(
    wire: Wire, acme: Tenant, path: str
) -> None:
    needed = [
        one["name"]
        for one in DOCUMENT["paths"][path]["get"]["parameters"]
        if one.get("required") and one["in"] == "query"
    ]
    asked = dict.fromkeys(needed, "a") | {"cursor": "WyJhIiwxXQ=="}
    headers = {"Culm-Tenant": acme.id}
    refused(
        await wire.get(path, params=asked, headers=headers),
        400,
        "parameter_invalid",
        "cursor",
    )


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", ACCOUNTS, "GET, HEAD, POST"),
        ("PROPFIND", ACCOUNTS, "GET, HEAD, POST"),
        ("PUT", TRANSACTIONS + "/bulk", "POST"),
        ("HEAD", TRANSACTIONS + "/bulk", "POST"),
        ("OPTIONS", ACCOUNTS, "GET, HEAD, POST"),
        ("OPTIONS", ACCOUNTS + "/assets:bank", "GET, HEAD, PATCH"),
        ("OPTIONS", ACCOUNTS + "/assets:bank/close", "POST"),
        ("OPTIONS", "/health", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_known_is_told_those_that_are(
    wire: Wire, method: str, path: str, allow: str
) -> None:
    answer = await wire.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    if method != "HEAD":
        refused(answer, 405, "method_not_allowed", "method")


@pytest.mark.parametrize(
    "path", ["/health", "/ready", "/docs", ACCOUNTS, ACCOUNTS + "/assets:bank", ACCOUNTS + "/no"]
)
async def test_head_answers_what_get_would_without_the_body(
    wire: Wire, acme: Tenant, path: str
) -> None:
    headers = {"Culm-Tenant": acme.id, "Request-Id": "r-1"}
    got = await wire.get(path, headers=headers)
    head = await wire.head(path, headers=headers)
    assert (head.status_code, head.content) == (got.status_code, b"")
    moves = {"date": ""} | ({"content-length": ""} if path == "/ready" else {})  # it tells an age
    assert {**head.headers, **moves} == {**got.headers, **moves}


@pytest.mark.parametrize("path", ["/v1/ledger/checkpoints", TRANSACTIONS + "/{}/proof"])
async def test_texts_say_in_which_encoding_they_are(wire: Wire, acme: Tenant, path: str) -> None:
    booked = await acme.pay("assets:bank", "liabilities:ann", 1)
    answer = await wire.get(path.format(booked.id), headers={"Culm-Tenant": acme.id})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "text",
    ["20260101", "0", "1.5", "1e3", "-1", "null", "NaN", "", "2026-01-01", "2026-W01-1T00:00:00Z"],
)
@pytest.mark.parametrize(
    "target",
    [
        ACCOUNTS + "/assets:bank/balance?effective={}",
        ACCOUNTS + "/assets:bank/balance?recorded={}",
        ACCOUNTS + "/assets:bank/statement?start={}&end=2026-01-01T00:00:00Z",
        ACCOUNTS + "/assets:bank/statement?start=2026-01-01T00:00:00Z&end={}",
        "/v1/ledger/trial-balance?effective={}",
    ],
)
async def test_a_time_is_one_of_rfc_3339_or_refused(
    wire: Wire, acme: Tenant, target: str, text: str
) -> None:
    field = re.findall(r"(\w+)={}", target)[0]
    answer = await wire.get(target.format(text), headers={"Culm-Tenant": acme.id})
    refused(answer, 400, "parameter_invalid", field)


@pytest.mark.parametrize(
    "text",
    ["2026-01-01T00:00:00Z", "2026-01-01t00:00:00.123456z", "2026-01-01T00:00:00%2B02:00"],
)
async def test_times_of_rfc_3339_are_taken(acme: Tenant, text: str) -> None:
    await acme.get(f"/accounts/assets:bank/balance?effective={text}&recorded={text}")


async def wallet_of(tenant: Tenant) -> str:
    """A wallet of a new customer's."""
    person = types.PersonRequest(given_name="Ann", family_name="Marsh")
    customer = await tenant.api.customers.create(person=person)
    await tenant.api.customers.activate(customer.id)
    return (await tenant.api.wallets.create(customer=customer.id, currencies=["USD"])).id


TIMES = [
    (path, one["name"])
    for path, found in DOCUMENT["paths"].items()
    for one in found.get("get", {}).get("parameters", ())
    if "date" in json.dumps(one.get("schema", {}))
]
"""Every parameter that is a moment or a day."""


@pytest.mark.parametrize(("path", "name"), TIMES)
@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-01-01T00:00:00",
        "0001-01-01",
        "9999-12-31",
    ],
)
async def test_the_ends_of_time_break_nothing(
    wire: Wire, acme: Tenant, path: str, name: str, text: str
) -> None:
    target = path.format(account="assets:bank", wallet=await wallet_of(acme))
    known = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z", "currency": "USD"}
    given = known | {"from": "2026-01-01", "to": "2026-01-02"}
    named = {one.get("name") for one in DOCUMENT["paths"][path]["get"]["parameters"]}
    asked = {one: value for one, value in given.items() if one in named} | {name: text}
    answer = await wire.get(target, params=asked, headers={"Culm-Tenant": acme.id})
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=501", "Expected a whole number <= 500."),
        ("limit=many", "A whole number is written in decimal digits."),
    ],
)
async def test_a_parameter_is_told_what_it_should_be(
    wire: Wire, acme: Tenant, query: str, detail: str
) -> None:
    answer = await wire.get(f"{ACCOUNTS}?{query}", headers={"Culm-Tenant": acme.id})
    refused(answer, 400, "parameter_invalid", "limit")
    assert answer.json()["detail"] == detail


HEADERS = [
    ({"Culm-Tenant": ""}, 400, "header_invalid", "Culm-Tenant"),
    ({"Culm-Tenant": "ACME"}, 400, "header_invalid", "Culm-Tenant"),
    ({"Culm-Tenant": "a" * 65}, 400, "header_invalid", "Culm-Tenant"),
    ({"Culm-Tenant": "caf\xe9"}, 400, "header_invalid", "Culm-Tenant"),
    ({"Culm-Tenant": "nobody"}, 404, "tenant_not_found", "Culm-Tenant"),
    ({"Idempotency-Key": ""}, 400, "header_invalid", "Idempotency-Key"),
    ({"Idempotency-Key": "k" * 256}, 400, "header_invalid", "Idempotency-Key"),
    ({"Idempotency-Key": "cl\xe9"}, 400, "header_invalid", "Idempotency-Key"),
    ({"Idempotency-Key": "a\tb"}, 400, "header_invalid", "Idempotency-Key"),
    ({"Request-Id": ""}, 400, "header_invalid", "Request-Id"),
    ({"Request-Id": "r" * 129}, 400, "header_invalid", "Request-Id"),
    ({"Request-Id": "two words"}, 400, "header_invalid", "Request-Id"),
    ({"Request-Id": "r\xe9"}, 400, "header_invalid", "Request-Id"),
    ({"Content-Type": ""}, 415, "media_type_unsupported", "Content-Type"),
    ({"Content-Type": "text/plain"}, 415, "media_type_unsupported", "Content-Type"),
    (
        {"Content-Type": "application/json; charset=latin-1"},
        415,
        "media_type_unsupported",
        "Content-Type",
    ),
    (
        {"Content-Type": "application/json, text/html"},
        415,
        "media_type_unsupported",
        "Content-Type",
    ),
    (
        {"Content-Type": "application/x-www-form-urlencoded"},
        415,
        "media_type_unsupported",
        "Content-Type",
    ),
    ({"Content-Encoding": "gzip"}, 415, "media_type_unsupported", "Content-Encoding"),
]


@pytest.mark.parametrize(("spoilt", "status", "code", "field"), HEADERS)
async def test_a_spoilt_header_is_told_its_fault(
    wire: Wire, acme: Tenant, spoilt: dict[str, str], status: int, code: str, field: str
) -> None:
    body = gzip.compress(booking().encode()) if "Content-Encoding" in spoilt else booking()
    names = {"Culm-Tenant": acme.id, "Content-Type": "application/json", **spoilt}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in names.items()]
    answer = await wire.post(TRANSACTIONS, content=body, headers=encoded)
    refused(answer, status, code, field)


async def test_a_host_is_named_as_http_1_1_requires(api: Api) -> None:
    answer = await raw(api, f"GET {ACCOUNTS} HTTP/1.1\r\n\r\n".encode())
    refused(answer, 400, "header_invalid", "Host")
    older = await raw(api, f"GET {ACCOUNTS} HTTP/1.0\r\nCulm-Tenant: nobody\r\n\r\n".encode())
    refused(older, 404, "tenant_not_found", "Culm-Tenant")


@pytest.mark.parametrize(
    "kind",
    [
        "Application/JSON",
        'application/json; charset="UTF-8"',
        "application/json;charset=utf-8 ; version=1",
        "application/json; version=1",
        "application/json;",
    ],
)
async def test_json_may_be_declared_in_every_way_that_is_right(
    wire: Wire, acme: Tenant, kind: str
) -> None:
    answer = await send(wire, acme, "POST", TRANSACTIONS, booking(), {"Content-Type": kind})
    assert answer.status_code == 201


@pytest.mark.parametrize("name", ["Idempotency-Key", "Culm-Tenant", "Request-Id", "Content-Type"])
async def test_a_header_twice_is_no_header(wire: Wire, acme: Tenant, name: str) -> None:
    encoded = [(name.encode(), b"a"), (name.encode(), b"a")]
    answer = await wire.post(TRANSACTIONS, content=booking(), headers=encoded)
    refused(answer, 400, "header_invalid", name)


async def test_a_body_past_the_limit_is_refused_before_it_is_sent(api: Api) -> None:
    head = (
        f"POST {TRANSACTIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {limits.MAX_BODY_BYTES + 1}\r\n\r\n"
    )
    refused(await raw(api, head.encode() + b"{"), 413, "body_too_large", "body")


async def test_a_body_of_unknown_length_is_read_up_to_the_limit(wire: Wire, acme: Tenant) -> None:
    async def chunks() -> Any:
        for _ in range(limits.MAX_BODY_BYTES // 65_536 + 2):
            yield b" " * 65_536

    answer = await wire.post(
        TRANSACTIONS, content=chunks(), headers={"Content-Type": "application/json"}
    )
    refused(answer, 413, "body_too_large", "body")


async def test_a_caller_that_leaves_in_the_middle_hurts_nobody(api: Api, acme: Tenant) -> None:
    head = f"POST {TRANSACTIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    for length, body in ((500, b'{"postings"'), (len(booking()), booking().encode())):
        _, writer = await asyncio.open_connection("127.0.0.1", api.port)
        head += f"Authorization: Bearer {api.operator}\r\n"
        writer.write(f"{head}Content-Length: {length}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    await acme.pay("assets:bank", "liabilities:ann", 1)


async def test_an_answer_never_shows_what_is_inside(wire: Wire, acme: Tenant) -> None:
    for case in BODIES:
        text = (await send(wire, acme, "POST", TRANSACTIONS, case.body)).text
        assert "Traceback" not in text
        assert "culm." not in text
        assert len(text) < 1_000


async def send(
    wire: Wire,
    tenant: Tenant,
    method: str,
    path: str,
    body: str | bytes,
    more: dict[str, str] | None = None,
) -> httpx.Response:
    """A request with a body as it is."""
    names = {"Culm-Tenant": tenant.id, "Content-Type": "application/json", **(more or {})}
    content = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return await wire.request(method, path, content=content, headers=names)


async def raw(api: Api, request: bytes) -> httpx.Response:
    """Bytes on a connection of their own, and the answer: no client mends them on the way. The
    operator's token stands behind the first line."""
    line, _, rest = request.partition(b"\r\n")
    request = line + f"\r\nAuthorization: Bearer {api.operator}\r\n".encode() + rest
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    try:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.strip().split("\r\n")
        names = dict(line.split(": ", 1) for line in lines)
        body = await reader.readexactly(int(names["content-length"]))
        return httpx.Response(int(status.split()[1]), headers=names, content=body)
    finally:
        writer.close()


def refused(answer: httpx.Response, status: int, code: str, field: str | None) -> None:
    """The answer is a problem with this code and field, whole and well formed."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    problem = answer.json()
    assert (problem["code"], problem.get("field")) == (code, field), problem
    assert problem["status"] == status
    assert problem["type"] == f"/problems/{code}"
    assert problem["request_id"] == answer.headers["request-id"]
    assert re.fullmatch(r"[A-Z].*[^.]\.", problem["detail"], re.DOTALL), problem["detail"]
    assert not re.search("`(int|str|bool|float|datetime)|epoch", problem["detail"])
