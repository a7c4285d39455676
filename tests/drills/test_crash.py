"""A short crash drill with real processes and real SIGKILL, and the judge that must notice."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import psutil
import pytest
from click.testing import CliRunner

from culm import app
from culm.commands import drill, verify
from culm.drills import crash, facts, fleet, judge, load
from culm.drills.paying import drill as paying
from culm.kernel import settings
from tests.drills import test_facts, test_paying


def test_nothing_is_lost_doubled_or_torn_when_everything_is_killed(tmp_path: Path) -> None:
    outcome = crash.run(tmp_path, seconds=8, seed=20261123)

    assert outcome.acknowledged > 0
    kills = {name: n for name, n in msgspec.structs.asdict(outcome).items() if "_kills" in name}
    assert len(kills) == 6
    assert all(kills.values()), kills
    assert (outcome.lost, outcome.duplicated, outcome.torn) == ([], [], [])
    assert (outcome.strange, outcome.hung) == ([], [])
    assert outcome.passed
    assert asyncio.run(verify.run(settings.Settings(data_dir=str(tmp_path))))


CALM = crash.Outcome(
    seconds=1,
    platform_kills=1,
    fleet_kills=1,
    backend_kills=1,
    postmaster_kills=1,
    joint_kills=1,
    service_kills=1,
    acknowledged=1,
    left_open=0,
    lost=[],
    duplicated=[],
    torn=[],
    strange=[],
    hung=[],
)


def test_a_drill_that_tested_nothing_or_ended_strangely_has_not_passed() -> None:
    assert CALM.passed
    assert not msgspec.structs.replace(CALM, acknowledged=0).passed
    for name in ("lost", "duplicated", "torn", "strange", "hung"):
        assert not msgspec.structs.replace(CALM, **{name: ["x"]}).passed


def test_the_command_fails_when_the_drill_does(monkeypatch: pytest.MonkeyPatch) -> None:
    async def all_well(*_: object) -> bool:
        return True

    monkeypatch.setattr(verify, "run", all_well)
    for outcome, code in ((CALM, 0), (msgspec.structs.replace(CALM, strange=["x"]), 1)):
        monkeypatch.setattr(crash, "run", lambda *_, outcome=outcome, **__: outcome)
        monkeypatch.setattr(facts, "run", lambda *_, **__: test_facts.CALM)
        monkeypatch.setattr(paying, "run", lambda *_, **__: test_paying.CALM)
        assert CliRunner().invoke(drill.drill, ["crash", "--seconds", "1"]).exit_code == code


@pytest.fixture
async def platform(database_url: str, tmp_path: Path) -> AsyncIterator[app.Platform]:
    """A platform with the accounts of the drill."""
    read = settings.Settings(data_dir=str(tmp_path), database_url=database_url)
    async with app.open_platform(read, database_url) as opened:
        await crash.prepare(opened)
        yield opened


REQUESTS = {"a-1": 1, "a-2": 3, "a-3": 1, "a-4": 3}
DONE = {"a-1": 1, "a-2": 3}


async def judged(platform: app.Platform, *statements: str) -> judge.Verdict:
    """The verdict when `DONE` was acknowledged, a-3 landed unheard, and a superuser interferes."""
    for key in ("a-1", "a-2", "a-3"):
        command = load.command(key, REQUESTS[key])
        await platform.submit(command, tenant=load.TENANT, key=key)
    admin: asyncpg.Connection[Any] = await asyncpg.connect(platform.settings.database_url)
    for statement in statements:
        assert not (await admin.execute(statement)).endswith(" 0"), statement
    await admin.close()
    return await judge.judge(platform, judge.Journals(REQUESTS, DONE))


async def test_the_judge_finds_nothing_where_nothing_is_wrong(platform: app.Platform) -> None:
    assert await judged(platform) == judge.Verdict([], [], [])


ENTRIES_OF = (
    "delete from ledger_entry where event ="
    " (select event from ledger_reference where reference = '{0}')"
)
REFERENCE = "delete from ledger_reference where reference = '{0}'"


async def test_the_judge_notices_a_lost_transaction(platform: app.Platform) -> None:
    gone = (ENTRIES_OF.format("a-1/0"), REFERENCE.format("a-1/0"))

    assert await judged(platform, *gone) == judge.Verdict(["a-1/0"], [], [])


async def test_the_judge_notices_what_is_still_missing_after_all_was_sent_again(
    platform: app.Platform,
) -> None:
    """A stored answer without what it answers for: the command is not decided again."""
    gone = (ENTRIES_OF.format("a-3/0"), REFERENCE.format("a-3/0"))

    assert await judged(platform, *gone) == judge.Verdict(["a-3/0"], [], [])


async def test_the_judge_notices_a_transaction_that_was_doubled(platform: app.Platform) -> None:
    forgotten = "delete from book_answer where key = 'a-3'"

    assert await judged(platform, forgotten) == judge.Verdict([], ["a-3/0"], [])


async def test_the_judge_notices_half_of_a_transaction(platform: app.Platform) -> None:
    half = ENTRIES_OF.format("a-2/1") + " and amount > 0"

    assert await judged(platform, half) == judge.Verdict([], [], ["a-2/1"])


async def test_the_judge_notices_half_of_a_bulk(platform: app.Platform) -> None:
    half = (ENTRIES_OF.format("a-2/1"), REFERENCE.format("a-2/1"))

    assert await judged(platform, *half) == judge.Verdict(["a-2/1"], [], ["a-2"])


def test_an_end_that_nobody_wanted_is_told_with_its_last_words(tmp_path: Path) -> None:
    ships = fleet.Fleet("postgresql://nobody@/x?host=/nowhere", tmp_path, random.Random(1))
    journals = tmp_path / "0001.journal"
    journals.mkdir()  # so that the first process cannot write its own

    ships.start()
    for life in ships._lives[:1]:
        life.process.wait(timeout=30)
    ships.bury()

    (said,) = ships.strange
    assert said.startswith("0001 ended with 1: ")
    assert "IsADirectoryError" in said


def test_a_process_that_does_not_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "STOP_LIMIT_SECONDS", 0.2)
    ships = fleet.Fleet("postgresql://nobody@/x?host=/nowhere", tmp_path, random.Random(1))
    ships.start()
    monkeypatch.setattr(fleet.Life, "send", deaf)

    ships.stop()

    assert [said[:4] for said in ships.hung] == ["0001", "0002"]


def deaf(life: fleet.Life, signal_: signal.Signals) -> None:
    """A process that cares for nothing but SIGKILL."""
    if signal_ is signal.SIGKILL:
        life.process.kill()


def test_load_ends_with_whoever_started_it(tmp_path: Path) -> None:
    program = (
        "import random, sys, time; from pathlib import Path; from culm.drills import fleet;"
        "ships = fleet.Fleet('postgresql://nobody@/x?host=/nowhere', Path(sys.argv[1]),"
        " random.Random(1)); ships.start(); time.sleep(60)"
    )
    (tmp_path / "drill").mkdir()
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "drill")])
    children = until(lambda: loads(parent.pid), lambda found: len(found) == fleet.PROCESSES)
    parent.kill()
    parent.wait()

    gone, alive = psutil.wait_procs(children, timeout=20)
    assert (len(gone), alive) == (fleet.PROCESSES, [])


@pytest.mark.parametrize("command", [["drill", "crash", "--seconds", "60"], ["demo"]])
def test_sigterm_leaves_nothing_running(command: list[str], short_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "culm", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=psutil.Process().environ() | {"TMPDIR": str(short_path)},
    )
    needed = fleet.PROCESSES + 1 if command[0] == "drill" else 1
    found = until(lambda: descendants(process.pid), lambda found: len(direct(found)) >= needed)

    process.terminate()

    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    _, alive = psutil.wait_procs(found, timeout=20)
    assert alive == []
    assert list(short_path.glob("culm-*")) == []


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A directory whose path leaves room for that of a socket."""
    with tempfile.TemporaryDirectory(prefix="culm-") as directory:
        yield Path(directory)


def until(look: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
    """What there is, as soon as it is enough."""
    deadline = time.monotonic() + 60
    while not enough(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def descendants(pid: int) -> list[psutil.Process]:
    """Every process below one."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def direct(found: list[psutil.Process]) -> list[psutil.Process]:
    """Load processes and postmasters among them."""
    return [one for one in found if "load" in words(one) or "-D" in words(one)]


def loads(pid: int) -> list[psutil.Process]:
    """The load processes below one."""
    return [one for one in descendants(pid) if "load" in words(one)]


def words(process: psutil.Process) -> str:
    """Its command line."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
