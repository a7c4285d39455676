"""No way around a key: every door is closed, and whoever knocks in an odd way stays outside."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from litestar import routes as litestar_routes

from culm.access import checks, scopes, tokens, types
from culm.gateway import addresses, doors, limits
from culm.kernel import denials
from tests.http.conftest import Api, api
from tests.http.test_description import APP, DOCUMENT
from tests.refusals import refused

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNTS = "/v1/ledger/accounts"
OPEN = {
    "/asyncapi.json",
    "/docs",
    "/health",
    "/metrics",
    "/openapi.json",
    "/problems",
    "/problems/{code}",
    "/ready",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def secret(api: Api) -> str:
    """A key that may do everything in its tenant's books."""
    acme = api.client(tenant="acme")
    await acme.ledger.tenants.create(name="Acme", sandbox=True)
    made = await acme.keys.create(name="all", scopes=["write", "access:write"])
    assert made.secret is not None
    return made.secret


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nobody(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a key."""
    async with httpx.AsyncClient(base_url=api.url, timeout=30) as opened:
        yield opened


def handlers() -> list[tuple[str, str, Any]]:
    """Every route of the API with its method."""
    return [
        (route.path_format, str(method), handler)
        for route in APP.routes
        if isinstance(route, litestar_routes.HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if handler.fn.__module__.startswith("culm.")
    ]


async def test_every_route_is_closed_but_those_that_anybody_may_see() -> None:
    assert {path for path, _, handler in handlers() if doors.of(handler) is None} == OPEN


async def test_every_closed_route_is_of_a_context_that_there_are_scopes_for() -> None:
    found = {door.context for _, _, handler in handlers() if (door := doors.of(handler))}
    assert found <= set(scopes.CONTEXTS)


async def test_no_operation_is_called_as_a_meter_of_all_of_them_or_a_day() -> None:
    found = [door.operation for _, _, handler in handlers() if (door := doors.of(handler))]
    assert not {"read", "write", "bulk", "day"} & set(found)
    assert all(re.fullmatch(checks.OPERATION, name) for name in found)


async def test_whatever_changes_something_asks_for_a_scope_to_write() -> None:
    for path, method, handler in handlers():
        if (door := doors.of(handler)) is not None:
            asks = "/search" in path  # in a body, since what is searched for stays out of URLs
            assert door.writes == (method != "GET" and not asks), path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method.upper(), path)
        for path, of in DOCUMENT["paths"].items()
        for method in of
        if path not in OPEN
    ],
)
async def test_nobody_gets_through_without_a_key(
    nobody: httpx.AsyncClient, method: str, path: str
) -> None:
    for target in (path, path.replace("{", "").replace("}", "")):
        body = b"{" if method != "GET" else None
        answer = await nobody.request(method, target, content=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    operation = DOCUMENT["paths"][path][method.lower()]
    assert operation["security"] == [{"key": []}]
    codes = operation["responses"]["401"]["content"]["application/problem+json"]["examples"]
    assert denials.Unauthenticated.code in codes


async def test_head_asks_for_the_key_that_get_does(nobody: httpx.AsyncClient, secret: str) -> None:
    assert (await nobody.head(ACCOUNTS)).status_code == 401
    opened = await nobody.head(ACCOUNTS, headers={"Authorization": f"Bearer {secret}"})
    assert opened.status_code == 200


async def test_a_body_is_not_read_before_the_key_is_looked_at(api: Api) -> None:
    """Nothing of it is sent, and yet the answer comes."""
    head = (
        f"POST {ACCOUNTS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {limits.MAX_BODY_BYTES - 1}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    writer.write(head.encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.close()


@pytest.mark.parametrize(
    "lines",
    [
        "Authorization: Bearer {good}\r\nAuthorization: Bearer {bad}",
        "Authorization: Bearer {bad}\r\nAuthorization: Bearer {good}",
        "Authorization: Bearer {good}\r\nauthorization: Bearer {good}",
        "Authorization: Bearer {bad}, Bearer {good}",
        "Authorization: Bearer {good} \r\nCulm-Tenant: acme\r\nCulm-Tenant: other",
        "Authorization: Bearer {good}\r\nCulm-Tenant: other",
        "X-Authorization: Bearer {good}",
        "Proxy-Authorization: Bearer {good}",
        "Authorization : Bearer {good}",
        "Authorization: Bearer\t{good}",
        "Authorization: Bearer \x0b{good}",
        "Authorization: Bearer {good}\x00",
        "Authorization:\r\n Bearer {good}",
        "Cookie: Authorization=Bearer {good}",
    ],
)
async def test_odd_headers_open_nothing(api: Api, secret: str, lines: str) -> None:
    bad = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    sent = lines.format(good=secret, bad=bad)
    status, text = await raw(api, f"GET {ACCOUNTS} HTTP/1.1\r\nHost: x\r\n{sent}\r\n\r\n")
    assert status in (400, 401, 403), text
    assert secret not in text


async def test_a_key_in_a_query_opens_nothing(api: Api, secret: str) -> None:
    for name in ("api_key", "key", "access_token", "Authorization"):
        status, _ = await raw(api, f"GET {ACCOUNTS}?{name}={secret} HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status == 401


async def test_who_is_known_is_told_of_faults_and_who_is_not_of_none(
    nobody: httpx.AsyncClient, secret: str
) -> None:
    for target in (f"{ACCOUNTS}?nothing=1", f"{ACCOUNTS}?limit=0", f"{ACCOUNTS}/%00"):
        assert (await nobody.get(target)).status_code == 401
        known = await nobody.get(target, headers={"Authorization": f"Bearer {secret}"})
        assert known.status_code == 400
        assert known.headers["ratelimit"]


async def test_what_one_key_began_another_of_the_tenant_goes_on_with(api: Api, secret: str) -> None:
    """Idempotency keys are the tenant's: a rotated or a second key goes on with them."""
    first = api.client(secret)
    second = api.client((await first.keys.create(name="b", scopes=["ledger:write"])).secret)
    made, again = [
        await by.ledger.accounts.open(code="assets:shared", currency="EUR", idempotency_key="one")
        for by in (first, second)
    ]
    assert made == again


async def test_nothing_of_a_key_is_in_the_logs_or_the_log(
    api: Api, secret: str, capfd: pytest.CaptureFixture[str]
) -> None:
    await api.client(secret).ledger.accounts.list().page()
    with refused("unauthenticated"):
        await api.client(f"{secret}x").ledger.accounts.list().page()
    parts = tokens.parse(secret)
    assert parts is not None
    printed = capfd.readouterr()
    assert parts.secret not in printed.out + printed.err
    bodies = "select count(*) from book_log where body::text like $1"
    assert await api.platform.db.fetchval(bodies, f"%{parts.secret}%") == 0


# -- addresses --------------------------------------------------------------------------------

PROXIES = "10.0.0.0/8, 2001:db8:1::/48"


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "found"),
    [
        ("192.0.2.7", None, "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", PROXIES, "192.0.2.7"),
        ("10.1.1.1", "198.51.100.1", PROXIES, "198.51.100.1"),
        ("10.1.1.1", None, PROXIES, "10.1.1.1"),
        ("10.1.1.1", "1.1.1.1, 198.51.100.1", PROXIES, "198.51.100.1"),
        ("10.1.1.1", "1.1.1.1, 198.51.100.1 , 10.2.2.2", PROXIES, "198.51.100.1"),
        ("10.1.1.1", "10.9.9.9", PROXIES, "10.9.9.9"),
        ("10.1.1.1", "198.51.100.1, unknown", PROXIES, None),
        ("10.1.1.1", "198.51.100.1, 10.2.2.2:80", PROXIES, None),
        ("10.1.1.1", "", PROXIES, None),
        ("10.1.1.1", ",", PROXIES, None),
        ("2001:db8:1::2", "2001:DB8:9::0", PROXIES, "2001:db8:9::"),
        ("::ffff:10.1.1.1", "::ffff:198.51.100.1", PROXIES, "198.51.100.1"),
        ("::ffff:192.0.2.7", None, "", "192.0.2.7"),
        ("fe80::1%eth0", None, "", None),
        ("010.1.1.1", None, "", None),
    ],
)
async def test_where_a_request_comes_from(
    peer: str, forwarded: str | None, trusted: str, found: str | None
) -> None:
    assert addresses.of((peer, 4711), forwarded, trusted) == found


async def test_what_has_no_peer_comes_from_nowhere() -> None:
    assert addresses.of(None, "192.0.2.7", "0.0.0.0/0") is None


@given(st.lists(st.ip_addresses().map(str), min_size=1, max_size=40))
async def test_what_stands_before_the_last_proxy_changes_nothing(hops: list[str]) -> None:
    """Whatever a caller puts there, the address is the one that the proxy adds."""
    made_up = ", ".join([*hops, "198.51.100.1"])
    assert addresses.of(("10.1.1.1", 1), made_up, PROXIES) == "198.51.100.1"


async def test_a_forwarded_address_of_a_stranger_lifts_no_limit(
    api: Api, nobody: httpx.AsyncClient, secret: str
) -> None:
    keys = api.client(secret).keys
    there = (await keys.create(name="there", scopes=["read"], addresses=["192.0.2.0/24"])).secret
    for claim in ({}, {"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}):
        headers = {"Authorization": f"Bearer {there}", **claim}
        answer = await nobody.get(ACCOUNTS, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "address_forbidden")


# -- the text of keys -------------------------------------------------------------------------


@given(st.sampled_from(["test", "live"]), st.integers(0, 2**63 - 1), st.randoms())
async def test_every_key_is_read_as_it_was_written(
    mode: types.Mode, number: int, chance: Any
) -> None:
    secret = "".join(chance.choice(tokens.ALPHABET) for _ in range(tokens.SECRET_LENGTH))
    assert tokens.parse(tokens.text(mode, number, secret)) == (mode, number, secret)


@given(st.integers(0, 69), st.sampled_from(tokens.ALPHABET + "_- "))
async def test_a_key_with_one_letter_wrong_is_known_without_asking(at: int, letter: str) -> None:
    key = tokens.text("live", 77, "a1B2" * 8)
    at %= len(key)
    wrong = key[:at] + letter + key[at + 1 :]
    assert wrong == key or tokens.parse(wrong) is None


async def raw(api: Api, request: str) -> tuple[int, str]:
    """The status, and all of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    try:
        writer.write(request.encode("latin-1"))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = [
            int(line.split(":")[1])
            for line in head.lower().split("\r\n")
            if line.startswith("content-length:")
        ]
        body = await reader.readexactly(length[0]) if length else b""
        return int(head.split()[1]), head + body.decode()
    finally:
        writer.close()
