"""Erasure: what was known of a person is gone wherever it was written, and every proof holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from culm.commands import verify
from culm.customers import commands, known
from culm.kernel import settings
from culm.security import files, providers, sealing
from tests.customers import planting
from tests.customers.conftest import World, at_work
from tests.facts.conftest import until

SEALED = re.compile(rb"v1\.[A-Za-z0-9_-]{38,}")


async def opened(world: World, owner: asyncpg.Connection[Any]) -> set[str]:
    """The email addresses that somebody can read who has every table, the stream, what webhooks
    were told, and every key that is left."""
    provider = files.of(world.directory / "keys")
    rows = await owner.fetch("select tenant, subject, kek, wrapped from security_key")
    keys = []
    for row in rows:
        wrapped = providers.Wrapped(row["kek"], row["wrapped"])
        plain = await provider.unwrap(wrapped, sealing.whose(row["tenant"], row["subject"]))
        keys.append(sealing.Key(row["tenant"], row["subject"], plain))
    places = [*(await planting.tables(owner)).values(), await world.stream(), await world.told()]
    texts = {text.decode() for place in places for text in SEALED.findall(place)}
    found = set()
    for text in texts:
        for key in keys:
            try:
                found.add(known.open_(key, text).email or "")
            except sealing.SealBroken:
                continue
    return found


async def test_what_was_known_is_gone_everywhere_and_the_log_still_proves_what_happened(
    database_url: str, tmp_path: Path
) -> None:
    owner = await asyncpg.connect(database_url)
    async with at_work(database_url, tmp_path / "data") as world:
        person, other = (world.planter.body(without="business") for _ in range(2))
        gone = await world.customer(person, key="create")
        changed = {"email": world.planter.of("email")}
        await world.ask("PATCH", f"/v1/customers/{gone['id']}", changed, key="change")
        kept = await world.customer(other)
        assert await opened(world, owner) == {person["email"], changed["email"], other["email"]}
        before = await owner.fetch(
            "select * from book_log where type = 'customers.customer_created'"
        )
        checkpoint = await world.platform.seals.checkpoint(0)

        erased = await world.do(gone["id"], "close", "erase")
        assert (erased["state"], erased["email"]) == ("closed", None)
        assert await opened(world, owner) == {other["email"]}
        assert (
            await owner.fetch("select * from book_log where type = 'customers.customer_created'")
            == before
        )
        report = await verify.prove(world.platform, held=[checkpoint])
        assert report.ok, report.finding
        assert (await world.ask("GET", f"/v1/customers/{kept['id']}"))["email"] == other["email"]
    read = settings.Settings(data_dir=str(tmp_path / "data"), database_url=database_url)
    assert await verify.run(read, held=[checkpoint])
    await owner.close()


async def test_a_key_is_destroyed_though_whoever_erased_died_before_he_could(
    database_url: str, tmp_path: Path
) -> None:
    async with at_work(database_url, tmp_path / "data") as world:
        made = await world.customer(world.planter.body(without="business"))
        assert await world.count("security_key where subject <> 'root'") == 1
        for command in (
            commands.CloseCustomer(customer=made["id"]),
            commands.EraseCustomer(customer=made["id"]),
        ):
            await world.platform.submit(command, tenant="acme")

        async def destroyed() -> bool:
            return not await world.count("security_key where subject <> 'root'")

        await until(destroyed)
        assert await world.count("security_index") == 0
        report = await verify.prove(world.platform)
        assert report.ok, report.finding


async def test_erasing_again_says_the_same(database_url: str, tmp_path: Path) -> None:
    async with at_work(database_url, tmp_path / "data") as world:
        made = await world.customer(world.planter.body(without="person"), key="create")
        first = await world.do(made["id"], "close", "erase")
        assert await world.do(made["id"], "erase", "close", "erase") == first
        again = await world.customer(world.planter.body(without="person"), key="create")
        assert again["code"] == "idempotency_conflict"


@pytest.mark.parametrize("state", ["created", "active", "restricted"])
async def test_only_who_is_closed_is_erased(database_url: str, tmp_path: Path, state: str) -> None:
    async with at_work(database_url, tmp_path / "data") as world:
        body = world.planter.body(without="business")
        made = await world.customer(body)
        if state != "created":
            await world.do(made["id"], "activate")
        if state == "restricted":
            path = f"/v1/customers/{made['id']}/restrict"
            await world.ask("POST", path, {"reason": "court_order"})
        assert (await world.do(made["id"], "erase"))["code"] == "customer_not_closed"
        assert (await world.ask("GET", f"/v1/customers/{made['id']}"))["email"] == body["email"]
