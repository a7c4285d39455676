"""Keys as those who use them see them: what each opens, and what it does not."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio

from culm.access import keeping, tokens
from tests.http.conftest import Api, Tenant, api, client

__all__ = ["api", "client"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNTS = "/v1/ledger/accounts"
KEYS = "/v1/keys"

_tenants = itertools.count(1)


class Shop:
    """A tenant, for which the operator makes keys."""

    def __init__(self, tenant: Tenant, api: Api) -> None:
        self.tenant = tenant
        self.api = api
        self.id = tenant.id

    async def make(self, *scopes: str, **more: Any) -> dict[str, Any]:
        """A key with its secret."""
        body = {"name": "test", "scopes": scopes or ("read", "write"), **more}
        made: dict[str, Any] = await self.tenant.post(KEYS, body)
        return made

    @asynccontextmanager
    async def using(self, *scopes: str, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody with a new key and nothing else."""
        made = await self.make(*scopes, **more)
        async with with_key(self.api, made["secret"]) as opened:
            yield opened


def with_key(api: Api, secret: str, **more: str) -> httpx.AsyncClient:
    """Somebody who sends this key."""
    headers = {"Authorization": f"Bearer {secret}", **more}
    return httpx.AsyncClient(base_url=api.url, timeout=30, headers=headers)


@pytest_asyncio.fixture(loop_scope="module")
async def shop(client: httpx.AsyncClient, api: Api) -> Shop:
    """A new tenant of the sandbox with an account."""
    tenant = Tenant(client, f"shop-{next(_tenants)}")
    await tenant.post("/tenants", {"name": "Shop", "sandbox": True})
    await tenant.open("assets:bank")
    return Shop(tenant, api)


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_key_opens_the_books_of_its_tenant(shop: Shop) -> None:
    async with shop.using("read") as somebody:
        answer = await somebody.get(ACCOUNTS)
        assert [one["code"] for one in answer.json()["items"]] == ["assets:bank"]
        named = await somebody.get(ACCOUNTS, headers={"Culm-Tenant": shop.id})
        assert named.json() == answer.json()


async def test_a_key_does_not_open_the_books_of_another(shop: Shop, client: Any) -> None:
    await Tenant(client, f"{shop.id}-other").post("/tenants", {"name": "Other"})
    async with shop.using("read") as somebody:
        for other in (f"{shop.id}-other", "nobody", "No Such", ""):
            answer = await somebody.get(ACCOUNTS, headers={"Culm-Tenant": other})
            refused(answer, 403, "tenant_forbidden")


async def test_what_is_not_a_key_opens_nothing(shop: Shop, api: Api) -> None:
    secret = (await shop.make("read"))["secret"]
    stem, last = secret[:-1], secret[-1]
    parts = tokens.parse(secret)
    assert parts is not None
    for wrong in (
        "",
        "Bearer",
        f"Basic {secret}",
        secret,
        f"Bearer {stem}",
        f"Bearer {stem}{'a' if last != 'a' else 'b'}",
        f"Bearer {secret}{last}",
        f"Bearer {secret} {secret}",
        f"Bearer {secret},",
        f"Bearer {secret.upper()}",
        f"Bearer {tokens.text('live', parts.number, parts.secret)}",
        f"Bearer {tokens.text('test', parts.number + 1, parts.secret)}",
        f"Bearer {tokens.text('test', parts.number, tokens.new_secret())}",
        f"Bearer {tokens.text('test', 2**63 - 1, parts.secret)}",
        f"Bearer {api.operator[:-1]}",
        f"Bearer {api.operator}x",
        "Bearer ck_operator_",
        "Bearer caf\xe9",
    ):
        async with httpx.AsyncClient(base_url=api.url) as somebody:
            sent = {b"Authorization": wrong.encode("latin-1")}
            answer = await somebody.get(ACCOUNTS, headers=sent)
        refused(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == 'Bearer realm="culm"'
    async with httpx.AsyncClient(base_url=api.url) as somebody:
        refused(await somebody.get(ACCOUNTS), 401, "unauthenticated")


async def test_the_scheme_may_be_written_in_any_case(shop: Shop, api: Api) -> None:
    secret = (await shop.make("read"))["secret"]
    for scheme in ("bearer", "BEARER", "Bearer "):
        headers = {"Authorization": f"{scheme} {secret}"}
        async with httpx.AsyncClient(base_url=api.url, headers=headers) as somebody:
            assert (await somebody.get(ACCOUNTS)).status_code == 200


async def test_the_secret_is_shown_once(shop: Shop) -> None:
    body = {"name": "once", "scopes": ["read"]}
    made = await shop.tenant.post(KEYS, body, key="a")
    again = await shop.tenant.post(KEYS, body, key="a")
    assert re.fullmatch(r"ck_test_[0-9a-f]{16}_[0-9A-Za-z]{38}", made["secret"])
    assert made["secret"].startswith(made["key"]["begins"])
    assert again == {"key": made["key"], "secret": None}
    shown = await shop.tenant.get(f"{KEYS}/{made['key']['id']}")
    assert "secret" not in shown
    assert "digest" not in shown


async def test_a_secret_is_nowhere_in_the_database(shop: Shop, api: Api) -> None:
    secret = (await shop.make("read"))["secret"]
    parts = tokens.parse(secret)
    assert parts is not None
    tables = await api.platform.db.fetch(
        "select tablename from pg_tables where schemaname = 'public' and tablename like any($1)",
        ["access%", "book%"],
    )
    for (table,) in tables:
        query = f"select count(*) from {table} t where t::text like $1"
        assert await api.platform.db.fetchval(query, f"%{parts.secret}%") == 0
    kept = keeping.of(api.platform.settings.data_path / "keys")
    query = "select count(*) from access_key where digest = $1"
    assert await api.platform.db.fetchval(query, kept.digest(parts.secret)) == 1


async def test_a_key_of_the_sandbox_is_not_one_of_money_that_is_real(
    shop: Shop, client: httpx.AsyncClient
) -> None:
    live = Tenant(client, f"{shop.id}-live")
    await live.post("/tenants", {"name": "Live"})
    real = await live.post(KEYS, {"name": "real", "scopes": ["read"]})
    assert real["secret"].startswith("ck_live_")
    assert (await shop.make("read"))["secret"].startswith("ck_test_")


READ, WRITE = ("GET", ACCOUNTS), ("POST", ACCOUNTS)


@pytest.mark.parametrize(
    ("scopes", "opens"),
    [
        (("read",), {READ}),
        (("write",), {READ, WRITE}),
        (("ledger:read",), {READ}),
        (("ledger:write",), {READ, WRITE}),
        (("timers:write", "access:write"), set()),
        (("timers:write", "ledger:read"), {READ}),
    ],
)
async def test_scopes_say_what_a_key_opens(
    shop: Shop, scopes: tuple[str, ...], opens: set[tuple[str, str]]
) -> None:
    async with shop.using(*scopes) as somebody:
        for method, path in (READ, WRITE):
            body = {"code": "assets:cash", "currency": "EUR"} if method == "POST" else None
            answer = await somebody.request(method, path, json=body)
            if (method, path) in opens:
                assert answer.status_code in (200, 201)
            else:
                refused(answer, 403, "scope_missing")


async def test_nothing_is_expanded_that_a_key_may_not_read_by_itself(shop: Shop) -> None:
    expanded = "/v1/wallets?expand=customer"
    async with shop.using("wallets:read") as somebody:
        assert (await somebody.get("/v1/wallets")).status_code == 200
        answer = await somebody.get(expanded)
        refused(answer, 403, "scope_missing")
        assert (answer.json()["field"], "customers:read" in answer.text) == ("expand", True)
    for scopes in (("wallets:read", "customers:read"), ("read",)):
        async with shop.using(*scopes) as somebody:
            assert (await somebody.get(expanded)).status_code == 200


async def test_nothing_is_set_for_later_that_a_key_may_not_do_itself(shop: Shop) -> None:
    timer = {
        "command": "ledger.close_period",
        "body": {"before": "2026-01-01T00:00:00Z"},
        "at": "2099-01-01T00:00:00Z",
    }
    async with shop.using("timers:write", "ledger:read") as somebody:
        answer = await somebody.post("/v1/timers", json=timer)
        refused(answer, 403, "scope_missing")
        assert (answer.json()["field"], "ledger:write" in answer.text) == ("command", True)
    for scopes in (("timers:write", "ledger:write"), ("write",)):
        async with shop.using(*scopes) as somebody:
            assert (await somebody.post("/v1/timers", json=timer)).status_code == 201


async def test_what_deliveries_are_signed_with_is_not_for_who_may_only_read(shop: Shop) -> None:
    made = await shop.tenant.post("/v1/webhooks/endpoints", {"url": "https://example.com/hook"})
    path = f"/v1/webhooks/endpoints/{made['id']}"
    async with shop.using("read") as somebody:
        assert (await somebody.get(path)).status_code == 200
        refused(await somebody.get(f"{path}/secret"), 403, "scope_missing")
    async with shop.using("webhooks:write") as somebody:
        assert (await somebody.get(f"{path}/secret")).json()["secret"].startswith("whsec_")


@pytest.mark.parametrize("scope", ["read", "write", "ledger:write"])
async def test_keys_are_opened_by_their_own_scope_alone(shop: Shop, scope: str) -> None:
    async with shop.using(scope) as somebody:
        refused(await somebody.get(KEYS), 403, "scope_missing")
        answer = await somebody.post(KEYS, json={"name": "more", "scopes": ["read"]})
        refused(answer, 403, "scope_missing")


async def test_the_actor_of_what_happens_is_the_key(shop: Shop, api: Api) -> None:
    made = await shop.make("write")
    async with with_key(api, made["secret"]) as somebody:
        await somebody.post(ACCOUNTS, json={"code": "assets:safe", "currency": "EUR"})
    actors = await api.platform.db.fetch(
        "select actor from book_log where tenant = $1 order by position", shop.id
    )
    assert [row[0] for row in actors] == ["operator"] * 3 + [made["key"]["id"]]


async def test_a_key_that_is_revoked_opens_nothing_from_the_answer_on(shop: Shop, api: Api) -> None:
    made = await shop.make("read")
    async with with_key(api, made["secret"]) as somebody:
        assert (await somebody.get(ACCOUNTS)).status_code == 200
        revoked = await shop.tenant.post(f"{KEYS}/{made['key']['id']}/revoke", status=200)
        assert revoked["state"] == "revoked"
        refused(await somebody.get(ACCOUNTS), 401, "key_revoked")


async def test_a_rotated_key_has_two_secrets_for_a_while(shop: Shop, api: Api) -> None:
    made = await shop.make("read")
    rotate = f"{KEYS}/{made['key']['id']}/rotate"
    second = await shop.tenant.post(rotate, {}, status=200)
    for secret in (made["secret"], second["secret"]):
        async with with_key(api, secret) as somebody:
            assert (await somebody.get(ACCOUNTS)).status_code == 200
    third = await shop.tenant.post(rotate, {"overlap_seconds": 0}, status=200)
    for secret, status in ((made, 401), (second, 401), (third, 200)):
        async with with_key(api, secret["secret"]) as somebody:
            assert (await somebody.get(ACCOUNTS)).status_code == status


async def test_the_last_use_is_noted(shop: Shop, api: Api) -> None:
    made = await shop.make("read")
    where = f"{KEYS}/{made['key']['id']}"
    assert (await shop.tenant.get(where))["last_used"] is None
    async with with_key(api, made["secret"]) as somebody:
        await somebody.get(ACCOUNTS)
    assert (await shop.tenant.get(where))["last_used"] is not None


async def test_many_requests_at_once_are_let_in_together(shop: Shop, api: Api) -> None:
    made = await shop.make("read", rate={"per_second": 1, "burst": 40})
    async with with_key(api, made["secret"]) as somebody:
        answers = await asyncio.gather(*(somebody.get(ACCOUNTS) for _ in range(60)))
    assert sorted({answer.status_code for answer in answers}) == [200, 429]
    passed = [answer for answer in answers if answer.status_code == 200]
    assert 40 <= len(passed) <= 44
    limited = next(answer for answer in answers if answer.status_code == 429)
    refused(limited, 429, "rate_limited")
    assert limited.headers["retry-after"] == "1"
    assert limited.headers["ratelimit-policy"] == '"read";q=40;w=40'
    assert limited.headers["ratelimit"].startswith('"read";r=0;t=')
