"""Keys as those who use them see them: what each opens, and what it does not."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from culm import client as culm
from culm.access import keeping, tokens
from culm.client import errors, settings, types
from tests.http.conftest import Api, Tenant, api, wire
from tests.http.wire import Wire
from tests.refusals import refused

__all__ = ["api", "wire"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNTS = "/v1/ledger/accounts"

_tenants = itertools.count(1)


class Shop(Tenant):
    """A tenant, for which the operator makes keys."""

    def __init__(self, of: Api, tenant: str) -> None:
        super().__init__(of, tenant)
        self.served = of
        self.keys = self.api.keys

    async def make(self, *scopes: Any, **more: Any) -> types.IssuedKey:
        """A key with its secret."""
        return await self.keys.create(name="test", scopes=scopes or ("read", "write"), **more)

    async def using(self, *scopes: Any, **more: Any) -> culm.AsyncClient:
        """Somebody with a new key and nothing else."""
        return self.served.client((await self.make(*scopes)).secret, **more)


@pytest_asyncio.fixture(loop_scope="module")
async def shop(api: Api) -> Shop:
    """A new tenant of the sandbox with an account."""
    shop = Shop(api, f"shop-{next(_tenants)}")
    await shop.api.ledger.tenants.create(name="Shop", sandbox=True)
    await shop.open("assets:bank")
    return shop


async def codes(of: culm.AsyncClient) -> list[str]:
    """The accounts that somebody sees."""
    return [one.code async for one in of.ledger.accounts.list()]


async def test_a_key_opens_the_books_of_its_tenant(shop: Shop) -> None:
    for named in (None, shop.id):
        assert await codes(await shop.using("read", tenant=named)) == ["assets:bank"]


async def test_a_key_does_not_open_the_books_of_another(shop: Shop, api: Api) -> None:
    other = api.tenant(f"{shop.id}-other")
    await other.api.ledger.tenants.create(name="Other")
    for named in (other.id, "nobody", "No Such", ""):
        with refused("tenant_forbidden"):
            await codes(await shop.using("read", tenant=named))


async def test_what_is_not_a_key_opens_nothing(shop: Shop, api: Api, wire: Wire) -> None:
    secret = (await shop.make("read")).secret or ""
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
        sent = {b"Authorization": wrong.encode("latin-1")}
        answer = await wire.get(ACCOUNTS, headers=sent)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), wrong
        assert answer.headers["www-authenticate"] == 'Bearer realm="culm"'


async def test_nobody_opens_anything(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.KEY_VARIABLE, raising=False)
    with refused("unauthenticated"):
        await codes(api.client(""))


async def test_the_scheme_may_be_written_in_any_case(shop: Shop, wire: Wire) -> None:
    secret = (await shop.make("read")).secret or ""
    for scheme in ("bearer", "BEARER", "Bearer "):
        answer = await wire.get(ACCOUNTS, headers={"Authorization": f"{scheme} {secret}"})
        assert answer.status_code == 200


async def test_the_secret_is_shown_once(shop: Shop) -> None:
    made = await shop.make("read", idempotency_key="a")
    again = await shop.make("read", idempotency_key="a")
    assert made.secret is not None
    assert re.fullmatch(r"ck_test_[0-9a-f]{16}_[0-9A-Za-z]{38}", made.secret)
    assert made.secret.startswith(made.key.begins)
    assert again == types.IssuedKey(key=made.key, secret=None)
    shown = await shop.get(f"/v1/keys/{made.key.id}")
    assert "secret" not in shown
    assert "digest" not in shown


async def test_a_secret_is_nowhere_in_the_database(shop: Shop, api: Api) -> None:
    secret = (await shop.make("read")).secret or ""
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


async def test_a_key_of_the_sandbox_is_not_one_of_money_that_is_real(shop: Shop, api: Api) -> None:
    live = Shop(api, f"{shop.id}-live")
    await live.api.ledger.tenants.create(name="Live")
    for owner, begins in ((live, "ck_live_"), (shop, "ck_test_")):
        assert ((await owner.make("read")).secret or "").startswith(begins)


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (("read",), True, False),
        (("write",), True, True),
        (("ledger:read",), True, False),
        (("ledger:write",), True, True),
        (("timers:write", "access:write"), False, False),
        (("timers:write", "ledger:read"), True, False),
    ],
)
async def test_scopes_say_what_a_key_opens(
    shop: Shop, scopes: tuple[str, ...], reads: bool, writes: bool
) -> None:
    somebody = await shop.using(*scopes)
    await _open(reads, lambda: codes(somebody))
    accounts = somebody.ledger.accounts
    await _open(writes, lambda: accounts.open(code="assets:cash", currency="EUR"))


async def _open(opens: bool, ask: Callable[[], Awaitable[Any]]) -> None:
    """Ask for what a key opens, or what it does not."""
    if opens:
        await ask()
    else:
        with refused("scope_missing"):
            await ask()


async def test_nothing_is_expanded_that_a_key_may_not_read_by_itself(shop: Shop) -> None:
    wallets = (await shop.using("wallets:read")).wallets
    await wallets.list().page()
    with pytest.raises(errors.Forbidden) as raised:
        await wallets.list(expand=["customer"]).page()
    assert (raised.value.code, raised.value.field) == ("scope_missing", "expand")
    assert "customers:read" in raised.value.detail
    for scopes in (("wallets:read", "customers:read"), ("read",)):
        somebody = await shop.using(*scopes)
        await somebody.wallets.list(expand=["customer"]).page()


async def test_who_pays_and_is_paid_is_shown_to_who_may_read_both_kinds_of_them(shop: Shop) -> None:
    scopes = ["payments:read"]
    for lacking in ("wallets:read", "bank_accounts:read"):
        payments = (await shop.using(*scopes)).payments
        with pytest.raises(errors.Forbidden) as raised:
            await payments.list(expand=["source"]).page()
        assert (raised.value.code, raised.value.field) == ("scope_missing", "expand")
        assert lacking in raised.value.detail
        scopes.append(lacking)
    await (await shop.using(*scopes)).payments.list(expand=["source", "destination"]).page()


async def test_nothing_is_set_for_later_that_a_key_may_not_do_itself(shop: Shop) -> None:
    timer: Any = {
        "command": "ledger.close_period",
        "body": {"before": "2026-01-01T00:00:00Z"},
        "at": datetime(2099, 1, 1, tzinfo=UTC),
    }
    somebody = await shop.using("timers:write", "ledger:read")
    with pytest.raises(errors.Forbidden) as raised:
        await somebody.timers.set(**timer)
    assert (raised.value.code, raised.value.field) == ("scope_missing", "command")
    assert "ledger:write" in raised.value.detail
    for scopes in (("timers:write", "ledger:write"), ("write",)):
        somebody = await shop.using(*scopes)
        await somebody.timers.set(**timer)


async def test_what_deliveries_are_signed_with_is_not_for_who_may_only_read(shop: Shop) -> None:
    made = await shop.api.webhooks.endpoints.create(url="https://example.com/hook")
    reader = (await shop.using("read")).webhooks.endpoints
    await reader.get(made.id)
    with refused("scope_missing"):
        await reader.secret(made.id)
    writer = (await shop.using("webhooks:write")).webhooks.endpoints
    assert ((await writer.secret(made.id)).secret or "").startswith("whsec_")


@pytest.mark.parametrize("scope", ["read", "write", "ledger:write"])
async def test_keys_are_opened_by_their_own_scope_alone(shop: Shop, scope: str) -> None:
    keys = (await shop.using(scope)).keys
    with refused("scope_missing"):
        await keys.list().page()
    with refused("scope_missing"):
        await keys.create(name="more", scopes=["read"])


async def test_the_actor_of_what_happens_is_the_key(shop: Shop, api: Api) -> None:
    made = await shop.make("write")
    somebody = api.client(made.secret)
    await somebody.ledger.accounts.open(code="assets:safe", currency="EUR")
    actors = await api.platform.db.fetch(
        "select actor from book_log where tenant = $1 order by position", shop.id
    )
    assert [row[0] for row in actors] == ["operator"] * 3 + [made.key.id]


async def test_a_key_that_is_revoked_opens_nothing_from_the_answer_on(shop: Shop, api: Api) -> None:
    made = await shop.make("read")
    somebody = api.client(made.secret)
    await codes(somebody)
    assert (await shop.keys.revoke(made.key.id)).state == "revoked"
    with refused("key_revoked"):
        await codes(somebody)


async def test_a_rotated_key_has_two_secrets_for_a_while(shop: Shop, api: Api) -> None:
    made = await shop.make("read")
    second = await shop.keys.rotate(made.key.id)
    for issued in (made, second):
        await codes(api.client(issued.secret))
    third = await shop.keys.rotate(made.key.id, overlap_seconds=0)
    for issued in (made, second):
        with pytest.raises(errors.Unauthenticated):
            await codes(api.client(issued.secret))
    await codes(api.client(third.secret))


async def test_the_last_use_is_noted(shop: Shop, api: Api) -> None:
    made = await shop.make("read")
    assert (await shop.keys.get(made.key.id)).last_used is None
    await codes(api.client(made.secret))
    assert (await shop.keys.get(made.key.id)).last_used is not None


async def test_many_requests_at_once_are_let_in_together(shop: Shop, api: Api, wire: Wire) -> None:
    made = await shop.make("read", rate={"per_second": 1, "burst": 40})
    somebody = api.client(made.secret)
    answers = await asyncio.gather(*(codes(somebody) for _ in range(60)), return_exceptions=True)
    limited = [answer for answer in answers if isinstance(answer, errors.RateLimited)]
    assert 40 <= len(answers) - len(limited) <= 44
    assert all(answer == ["assets:bank"] for answer in answers if answer not in limited)
    assert {(one.code, one.retry_after_seconds) for one in limited} == {("rate_limited", 1)}

    sent = {"Authorization": f"Bearer {made.secret}"}
    more = await asyncio.gather(*(wire.get(ACCOUNTS, headers=sent) for _ in range(5)))
    told = next(answer.headers for answer in more if answer.status_code == 429)
    assert told["retry-after"] == "1"
    assert told["ratelimit-policy"] == '"read";q=40;w=40'
    assert told["ratelimit"].startswith('"read";r=0;t=')


async def test_a_key_has_a_rate_of_its_own_for_an_operation(
    shop: Shop, api: Api, wire: Wire
) -> None:
    route: types.RouteRequest = {"per_second": 1, "burst": 3, "daily_quota": 1_000}
    made = await shop.make("read", routes={"list_accounts": route})
    assert made.key.routes == {
        "list_accounts": types.Route(per_second=1, burst=3, daily_quota=1_000)
    }
    somebody = api.client(made.secret)
    asked = (codes(somebody) for _ in range(8))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    limited = [answer for answer in answers if isinstance(answer, errors.RateLimited)]
    assert 3 <= len(answers) - len(limited) <= 5
    assert {(one.code, one.retry_after_seconds) for one in limited} == {("rate_limited", 1)}
    await somebody.ledger.accounts.get("assets:bank")

    sent = {"Authorization": f"Bearer {made.secret}"}
    told = (await wire.get(ACCOUNTS, headers=sent)).headers
    assert told["ratelimit-policy"] == '"list_accounts";q=3;w=3, "list_accounts/day";q=1000;w=86400'
    assert told["ratelimit"].startswith('"list_accounts";r=0;t=1, "list_accounts/day";r=99')
    assert (await shop.keys.update(made.key.id, routes={})).routes == {}
    told = (await wire.get(ACCOUNTS, headers=sent)).headers
    assert told["ratelimit-policy"] == '"read";q=200;w=2'


ONE: dict[str, Any] = {"per_second": 1, "burst": 1}


@pytest.mark.parametrize(
    ("routes", "code", "field"),
    [
        ({"make_money": ONE}, "key_routes_invalid", "routes.make_money"),
        ({"health": ONE}, "key_routes_invalid", "routes.health"),
        ({"write": ONE}, "key_routes_invalid", "routes.write"),
        ({"a" * 900: ONE}, "key_routes_invalid", "routes"),
        ({"list_accounts": ONE | {"burst": 0}}, "key_rate_invalid", "routes.list_accounts"),
        ({"list_accounts": {"per_second": 1}}, "invalid", "routes.burst"),
    ],
)
async def test_what_is_no_rate_of_an_operation_is_told(
    shop: Shop, routes: dict[str, Any], code: str, field: str
) -> None:
    made = await shop.make()
    with refused(code, field):
        await shop.make(routes=routes)
    with refused(code, field):
        await shop.keys.update(made.key.id, routes=routes)
