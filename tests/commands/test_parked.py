"""`culm parked`, and the reactors of a whole platform."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

from culm import app, reacting, working
from culm.commands import parked
from culm.facts import bus as bus_
from culm.kernel import nats_server, settings
from culm.ledger import commands as ledger_commands
from culm.work import commands
from tests.conftest import Ledger
from tests.facts.conftest import running

OWN = """
from culm.ledger import commands, events
from culm.work import reactor
from pathlib import Path

MENDED = Path(__file__).with_name("mended")

async def copy(fact, means):
    if not MENDED.exists():
        raise OSError("the bank is away")
    return commands.OpenAccount(code=f"assets:{fact.event.code.lower()}", currency="USD")

COPY = reactor.Reactor(
    name="copy",
    on=(events.AssetRegistered,),
    react=copy,
    begins="start",
    attempts=2,
    in_order_of=lambda fact: fact.tenant,
    backoff=reactor.Backoff(first_seconds=0.01),
)
"""


async def typed(url: str, data: Path, *words: str) -> click.testing.Result:
    """What `culm parked` answers."""
    read = settings.Settings(data_dir=str(data), database_url=url)
    runner = click.testing.CliRunner()
    return await asyncio.to_thread(runner.invoke, parked.parked, words, obj=read)


@pytest.fixture
async def used(ledger: Ledger) -> Ledger:
    """A ledger with two parked facts of one lane, and one of another tenant and reactor."""
    for tenant in ("acme", "other"):
        await ledger.submit(ledger_commands.CreateTenant(name="Acme"), tenant=tenant)
        for number in range(2):
            command = ledger_commands.RegisterAsset(code=f"AB{number}", scale=0)
            await ledger.submit(command, tenant=tenant)
    said: dict[str, Any] = {"reactor": "copy", "type": "a.b", "lane": "00000000000000aa"}
    await ledger.submit(commands.Park(fact="evt_0000000000000001", code="timeout", **said))
    await ledger.submit(commands.Park(fact="evt_0000000000000002", code="behind", **said))
    await ledger.submit(
        commands.Park(reactor="export", fact="evt_0000000000000004", type="a.b", code="timeout"),
        tenant="other",
    )
    return ledger


async def states(ledger: Ledger) -> dict[str, str]:
    """What became of what was parked."""
    rows = await ledger.db.fetch("select reactor, fact, state from work_parked")
    return {f"{row['reactor']} {row['fact']}": row["state"] for row in rows}


async def test_what_is_parked_is_listed_of_all_or_of_some(used: Ledger, tmp_path: Path) -> None:
    everything = (await typed(used.url, tmp_path, "list")).output
    for parked_id in ("copy:evt_0000000000000001", "copy:evt_0000000000000002", "export:evt_"):
        assert parked_id in everything
    theirs = (await typed(used.url, tmp_path, "--tenant", "other", "list")).output
    assert (theirs.count("export:"), theirs.count("copy:")) == (1, 0)
    of_one = (await typed(used.url, tmp_path, "list", "--reactor", "copy", "--limit", "1")).output
    assert (of_one.count("copy:"), of_one.count("export:")) == (1, 0)


async def test_one_is_shown_with_its_fact(used: Ledger, tmp_path: Path) -> None:
    shown = await typed(used.url, tmp_path, "show", "export:evt_0000000000000004")
    assert shown.exit_code == 0
    assert '"type": "culm.ledger.asset_registered.v1"' in shown.output
    assert "timeout" in shown.output
    missing = await typed(used.url, tmp_path, "show", "export:evt_0000000000000001")
    assert getattr(missing.exception, "code", "") == "parked_not_found"
    hidden = await typed(
        used.url, tmp_path, "--tenant", "acme", "show", "export:evt_0000000000000004"
    )
    assert getattr(hidden.exception, "code", "") == "parked_not_found"


async def test_one_or_all_are_retried_or_dropped(used: Ledger, tmp_path: Path) -> None:
    done = await typed(used.url, tmp_path, "retry", "export:evt_0000000000000004")
    assert (done.exit_code, done.output) == (0, "export:evt_0000000000000004: retrying\n")
    every = await typed(used.url, tmp_path, "retry", "--reactor", "copy", "--all")
    assert every.output == "1 retrying\n", "the other one waits for it"
    assert await states(used) == {
        "copy 1": "retrying",
        "copy 2": "parked",
        "export 4": "retrying",
    }
    dropped = await typed(used.url, tmp_path, "drop", "--all")
    assert dropped.output == "3 dropped\n"


@pytest.mark.parametrize(
    "words",
    [
        ("retry",),
        ("drop",),
        ("retry", "--reactor", "copy"),
        ("drop", "--all", "copy:evt_0000000000000001"),
    ],
)
async def test_what_to_retry_or_drop_has_to_be_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = await typed("", tmp_path, *words)
    assert refused.exit_code == 2
    assert "--all" in refused.output


async def test_a_reactor_of_ones_own_works_on_a_whole_platform(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_copy.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    read = settings.Settings(
        data_dir=str(tmp_path), database_url=database_url, reactors="own_copy:COPY"
    )

    async def until(condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(30):
            while True:
                if await condition():
                    return
                await asyncio.sleep(0.02)

    with nats_server.Server.start(tmp_path) as server:
        bus = bus_.Bus(server.url)
        async with (
            app.open_platform(read, database_url) as platform,
            running(bus.run, lambda: working.work(platform, bus)),
        ):
            await platform.submit(ledger_commands.CreateTenant(name="Acme"), tenant="acme")
            for number in range(3):
                asset = ledger_commands.RegisterAsset(code=f"AB{number}", scale=0)
                await platform.submit(asset, tenant="acme")

            async def count(query: str) -> int:
                found: int = await platform.db.fetchval(query)
                return found

            waiting = "select count(*) from work_parked where state = 'parked'"
            until_parked = _equals(count, waiting, 3)
            await until(until_parked)
            (tmp_path / "mended").touch()
            done = await typed(database_url, tmp_path, "retry", "--all")
            assert done.output == "1 retrying\n"
            await until(_equals(count, "select count(*) from ledger_account", 3))
            settled = "select count(*) from work_parked where state = 'settled'"
            await until(_equals(count, settled, 3))

            async def counted() -> bool:
                assert platform.crew is not None
                done = {n.reactor: n.counts.done for n in platform.crew.numbers()}
                return {name: times for name, times in done.items() if times} == {"copy": 3}

            await until(counted)


def _equals(
    count: Callable[[str], Awaitable[int]], query: str, number: int
) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return await count(query) == number

    return condition


async def test_only_what_is_named_is_worked_on(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_named.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    read = settings.Settings(
        data_dir=str(tmp_path), database_url=database_url, reactors="own_named:COPY"
    )
    async with app.open_platform(read, database_url) as platform:
        bus = bus_.Bus("nats://127.0.0.1:1")
        with pytest.raises(working.UnknownWork, match=r"attempts, .*, copy, .*, projections"):
            await working.work(platform, bus, only=["nonsense"])
        every = {one.name for one in reacting.own(platform)}
        assert every > {"copy"}
        for only, reactors in ((["seals"], None), (["copy"], {"copy"}), (["reactors"], every)):
            task = asyncio.create_task(working.work(platform, bus, only=only))
            await asyncio.sleep(0.3)
            crew = platform.crew
            assert (crew and {n.reactor for n in crew.numbers()}) == reactors
            task.cancel()
            await asyncio.wait({task})


def test_a_reactor_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "culm", "--data-dir", str(tmp_path), "work"],
        env={**os.environ, "CULM_REACTORS": "nowhere:NONE"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "nowhere cannot be imported" in done.stderr
    assert "(CULM_REACTORS) [reactors_invalid]" in done.stderr
