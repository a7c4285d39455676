"""What access refuses, and what each command records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from culm.access import commands, events, rejections, types
from culm.kernel import errors
from culm.ledger import commands as ledger_commands
from culm.ledger import rejections as ledger
from tests.conftest import Ledger

DIGEST = "ab" * 32
KEY: dict[str, Any] = {"name": "shop", "scopes": ("read",), "digest": DIGEST}
NEVER = "key_0000000000009999"


@pytest.fixture
async def acme(memory_ledger: Ledger) -> Ledger:
    """A tenant, in memory."""
    await memory_ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    return memory_ledger


async def make(acme: Ledger, *, actor: str = "operator", **more: Any) -> Any:
    command = commands.CreateKey(**{**KEY, **more})
    return (await acme.book.submit(command, tenant="acme", actor=actor)).key


@pytest.mark.parametrize(
    ("more", "error", "field"),
    [
        ({"name": ""}, rejections.NameInvalid, "name"),
        ({"name": "x" * 101}, rejections.NameInvalid, "name"),
        ({"name": "a\nb"}, rejections.NameInvalid, "name"),
        ({"scopes": ()}, rejections.ScopesInvalid, "scopes"),
        ({"scopes": ("read", "read")}, rejections.ScopesInvalid, "scopes"),
        ({"scopes": ("read", "all")}, rejections.ScopesInvalid, "scopes[1]"),
        ({"scopes": ("ledger",)}, rejections.ScopesInvalid, "scopes[0]"),
        ({"scopes": ("ledger:delete",)}, rejections.ScopesInvalid, "scopes[0]"),
        ({"addresses": ("here",)}, rejections.AddressesInvalid, "addresses[0]"),
        ({"addresses": ("192.0.2.1/24",)}, rejections.AddressesInvalid, "addresses[0]"),
        ({"addresses": ("::/0", "1.2.3.4/33")}, rejections.AddressesInvalid, "addresses[1]"),
        ({"addresses": ("::ffff:1.2.3.4",)}, rejections.AddressesInvalid, "addresses[0]"),
        ({"addresses": ("fe80::1%eth0",)}, rejections.AddressesInvalid, "addresses[0]"),
        ({"addresses": ("10.0.0.1", "10.0.0.1/32")}, rejections.AddressesInvalid, "addresses"),
        (
            {"addresses": tuple(f"10.0.0.{n}" for n in range(51))},
            rejections.AddressesInvalid,
            "addresses",
        ),
        ({"rate": types.Rate(0, 1)}, rejections.RateInvalid, "rate"),
        ({"rate": types.Rate(100_001, 200_000)}, rejections.RateInvalid, "rate"),
        ({"rate": types.Rate(10, 9)}, rejections.RateInvalid, "rate"),
        ({"rate": types.Rate(10, 1_000_001)}, rejections.RateInvalid, "rate"),
        ({"daily_quota": 0}, rejections.RateInvalid, "daily_quota"),
        ({"daily_quota": 10**12 + 1}, rejections.RateInvalid, "daily_quota"),
        (
            {"routes": {f"get_{n}": types.Route(1, 1) for n in range(101)}},
            rejections.RoutesInvalid,
            "routes",
        ),
        ({"routes": {"": types.Route(1, 1)}}, rejections.RoutesInvalid, "routes"),
        ({"routes": {"Create": types.Route(1, 1)}}, rejections.RoutesInvalid, "routes"),
        ({"routes": {"a\n": types.Route(1, 1)}}, rejections.RoutesInvalid, "routes"),
        ({"routes": {"x" * 65: types.Route(1, 1)}}, rejections.RoutesInvalid, "routes"),
        ({"routes": {"pay": types.Route(0, 1)}}, rejections.RateInvalid, "routes.pay"),
        ({"routes": {"pay": types.Route(3, 2)}}, rejections.RateInvalid, "routes.pay"),
        (
            {"routes": {"pay": types.Route(1, 2, daily_quota=0)}},
            rejections.RateInvalid,
            "routes.pay.daily_quota",
        ),
        ({"expires": datetime(2030, 1, 1)}, rejections.ExpiryInvalid, "expires"),  # noqa: DTZ001
        ({"expires": datetime(2020, 1, 1, tzinfo=UTC)}, rejections.ExpiryInvalid, "expires"),
        ({"expires": datetime(9999, 1, 1, tzinfo=UTC)}, rejections.ExpiryInvalid, "expires"),
    ],
)
async def test_what_makes_no_key_is_told(
    acme: Ledger, more: dict[str, Any], error: type[errors.CulmError], field: str
) -> None:
    with pytest.raises(error) as refused:
        await make(acme, **more)
    assert refused.value.field == field


async def test_networks_are_kept_in_their_one_form(acme: Ledger) -> None:
    key = await make(acme, addresses=("192.0.2.7", "2001:DB8:0::/32"))
    assert key.addresses == ("192.0.2.7/32", "2001:db8::/32")


async def test_there_are_no_keys_without_a_tenant(memory_ledger: Ledger) -> None:
    with pytest.raises(ledger.TenantNotFound):
        await make(memory_ledger)


async def test_a_tenant_has_so_many_keys_and_revoking_one_makes_room(acme: Ledger) -> None:
    made = [await make(acme) for _ in range(100)]
    with pytest.raises(rejections.TooManyKeys):
        await make(acme)
    revoke = commands.RevokeKey(key=made[0].id)
    first, again = await acme.submit(revoke), await acme.submit(revoke)
    assert first == again
    await make(acme)
    with pytest.raises(rejections.TooManyKeys):
        await make(acme)


async def test_what_is_left_out_of_a_change_stays(acme: Ledger) -> None:
    own = {"create_payment": types.Route(1, 2, daily_quota=3)}
    key = await make(acme, addresses=("10.0.0.0/8",), daily_quota=7, routes=own)
    changed = await acme.submit(commands.UpdateKey(key=key.id, name="new"))
    assert (changed.name, changed.addresses, changed.daily_quota) == ("new", key.addresses, 7)
    assert changed.routes == own
    changed = await acme.submit(commands.UpdateKey(key=key.id, routes={}))
    assert changed.routes == {}
    changed = await acme.submit(commands.UpdateKey(key=key.id, daily_quota=None, addresses=()))
    assert (changed.name, changed.addresses, changed.daily_quota) == ("new", (), None)
    assert changed.rate == types.DEFAULT_RATE


async def test_a_change_of_nothing_records_nothing(ledger: Ledger) -> None:
    await ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    key = await make(ledger)
    for command in (
        commands.UpdateKey(key=key.id),
        commands.UpdateKey(key=key.id, name="shop", rate=types.DEFAULT_RATE),
    ):
        assert await ledger.submit(command) == key
    kinds = await ledger.db.fetch("select type from book_log order by position")
    assert [row[0] for row in kinds] == ["ledger.tenant_created", events.KeyCreated.TYPE]


async def test_rotating_twice_leaves_only_the_last_secret_before(ledger: Ledger) -> None:
    await ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    key = await make(ledger)
    for digest, overlap in (("1" * 64, 60), ("2" * 64, 60), ("3" * 64, 0)):
        rotate = commands.RotateKey(key=key.id, digest=digest, overlap_seconds=overlap)
        await ledger.submit(rotate)
        (row,) = await ledger.db.fetch("select digest, previous from access_key")
        before = {"1": DIGEST, "2": "1" * 64, "3": None}[digest[0]]
        assert (row["digest"], row["previous"]) == (digest, before)


@pytest.mark.parametrize("seconds", [-1, 7 * 86_400 + 1])
async def test_an_overlap_has_its_limits(acme: Ledger, seconds: int) -> None:
    key = await make(acme)
    with pytest.raises(rejections.OverlapInvalid):
        await acme.submit(commands.RotateKey(key=key.id, digest=DIGEST, overlap_seconds=seconds))


async def test_a_revoked_key_is_not_changed_any_more(acme: Ledger) -> None:
    key = await make(acme)
    await acme.submit(commands.RevokeKey(key=key.id))
    for command in (
        commands.UpdateKey(key=key.id, name="new"),
        commands.RotateKey(key=key.id, digest=DIGEST),
    ):
        with pytest.raises(rejections.KeyInactive):
            await acme.submit(command)


@pytest.mark.parametrize("key", [NEVER, "key_x", "", "operator", "acc_0000000000000001"])
async def test_a_key_that_there_is_not_is_not_found(acme: Ledger, key: str) -> None:
    for command in (
        commands.UpdateKey(key=key, name="new"),
        commands.RotateKey(key=key, digest=DIGEST),
        commands.RevokeKey(key=key),
    ):
        with pytest.raises(rejections.KeyNotFound):
            await acme.submit(command)


async def test_a_key_of_another_tenant_is_not_found(acme: Ledger) -> None:
    key = await make(acme)
    await acme.submit(ledger_commands.CreateTenant(name="Other"), tenant="other")
    with pytest.raises(rejections.KeyNotFound):
        await acme.submit(commands.RevokeKey(key=key.id), tenant="other")


LIMITED: dict[str, Any] = {
    "scopes": ("access:write", "ledger:read", "timers:write"),
    "addresses": ("10.0.0.0/8",),
    "rate": types.Rate(10, 20),
    "daily_quota": 100,
    "routes": {
        "slow": types.Route(5, 10, daily_quota=50),
        "quick": types.Route(20, 40, daily_quota=200),
    },
}
LESS: dict[str, Any] = {
    "scopes": ("ledger:read",),
    "addresses": ("10.1.0.0/16", "10.2.3.4"),
    "rate": types.Rate(10, 20),
    "daily_quota": 100,
    "routes": {"slow": types.Route(5, 10, daily_quota=50)},
}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, None),
        ({"scopes": ("access:read", "timers:read")}, None),
        ({"scopes": ("read",)}, "scopes"),
        ({"scopes": ("ledger:write",)}, "scopes"),
        ({"scopes": ("wallets:read",)}, "scopes"),
        ({"addresses": ()}, "addresses"),
        ({"addresses": ("10.0.0.0/7",)}, "addresses"),
        ({"addresses": ("10.1.1.1", "::1")}, "addresses"),
        ({"rate": types.Rate(11, 20)}, "rate"),
        ({"rate": types.Rate(10, 21)}, "rate"),
        ({"daily_quota": 101}, "daily_quota"),
        ({"daily_quota": None}, "daily_quota"),
        ({"routes": {}}, "routes.slow"),
        ({"routes": {}, "rate": types.Rate(5, 10), "daily_quota": 50}, None),
        ({"routes": {"slow": types.Route(6, 10, daily_quota=50)}}, "routes.slow"),
        ({"routes": {"slow": types.Route(5, 11, daily_quota=50)}}, "routes.slow"),
        ({"routes": {"slow": types.Route(5, 10)}}, "routes.slow"),
        ({"routes": LESS["routes"] | {"quick": types.Route(20, 40, daily_quota=200)}}, None),
        ({"routes": LESS["routes"] | {"quick": types.Route(20, 40)}}, None),
        ({"routes": LESS["routes"] | {"quick": types.Route(20, 41)}}, "routes.quick"),
        ({"routes": LESS["routes"] | {"new": types.Route(10, 20, daily_quota=100)}}, None),
        ({"routes": LESS["routes"] | {"new": types.Route(10, 20)}}, None),
        ({"routes": LESS["routes"] | {"new": types.Route(11, 20)}}, "routes.new"),
        ({"routes": LESS["routes"] | {"new": types.Route(1, 2, daily_quota=101)}}, "routes.new"),
        ({"expires": None}, "expires"),
        ({"expires": timedelta(days=2)}, "expires"),
    ],
)
async def test_a_key_gives_no_more_than_it_has(
    acme: Ledger, more: dict[str, Any], field: str | None
) -> None:
    end = acme.clock.now + timedelta(days=1)
    own = await make(acme, **LIMITED, expires=end)
    given = {**LESS, "expires": end, **more}
    if isinstance(given["expires"], timedelta):
        given["expires"] = acme.clock.now + given["expires"]
    if field is None:
        await make(acme, actor=own.id, **given)
        return
    with pytest.raises(rejections.KeyExceedsOwn) as refused:
        await make(acme, actor=own.id, **given)
    assert refused.value.field == field
    await make(acme, **given)  # the operator may


async def test_a_key_gets_no_hold_of_one_that_may_do_more(acme: Ledger) -> None:
    own = await make(acme, scopes=("access:write", "read"))
    for more in ({"scopes": ("write",)}, {"scopes": ("ledger:write", "read")}):
        other = await make(acme, **more)
        for command in (
            commands.RotateKey(key=other.id, digest=DIGEST),
            commands.UpdateKey(key=other.id, name="mine"),
        ):
            with pytest.raises(rejections.KeyExceedsOwn):
                await acme.book.submit(command, tenant="acme", actor=own.id)
        await acme.book.submit(commands.RevokeKey(key=other.id), tenant="acme", actor=own.id)


async def test_a_key_cannot_lift_its_own_limits(acme: Ledger) -> None:
    own = await make(acme, **LIMITED)
    changes: tuple[dict[str, Any], ...] = (
        {"rate": types.Rate(20, 40)},
        {"daily_quota": None},
        {"addresses": ()},
        {"routes": {}},
        {"routes": {"slow": types.Route(6, 12)}},
    )
    for change in changes:
        command = commands.UpdateKey(key=own.id, **change)
        with pytest.raises(rejections.KeyExceedsOwn):
            await acme.book.submit(command, tenant="acme", actor=own.id)
    tighter = commands.UpdateKey(key=own.id, rate=types.Rate(5, 10))
    changed = await acme.book.submit(tighter, tenant="acme", actor=own.id)
    assert changed.rate == types.Rate(5, 10)
