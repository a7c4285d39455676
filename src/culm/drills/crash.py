"""The crash drill: processes are killed with SIGKILL under load, and nothing may be lost.

Two platform processes post to one partition. Every few hundred milliseconds one of them, a
PostgreSQL backend, or the postmaster itself is killed and started again. Afterwards everything
that was acknowledged is there exactly once, everything else wholly or not at all, and what was
left open is sent again under its key and is then there exactly once too.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from culm import app
from culm.drills import load
from culm.kernel import embedded, migrations, settings, sql
from culm.ledger import commands

QUERIES: Final = sql.load_queries("culm.drills")
PROCESSES: Final = 2
PAUSE_SECONDS: Final = (0.25, 0.8)
"""Between two kills."""
WARM_UP_SECONDS: Final = 1.5


class Outcome(msgspec.Struct, kw_only=True):
    """What a drill found. `lost` and `duplicated` must be zero, `torn` too."""

    seconds: float
    platform_kills: int
    backend_kills: int
    postmaster_kills: int
    acknowledged: int
    left_open: int
    lost: list[str]
    duplicated: list[str]
    torn: list[str]

    @property
    def passed(self) -> bool:
        """Whether nothing was lost, doubled or half done."""
        return not (self.lost or self.duplicated or self.torn)


class Fleet:
    """The platform's processes, each with a journal of its own for every life it has."""

    def __init__(self, url: str, directory: Path, chance: random.Random) -> None:
        self._url = url
        self._directory = directory
        self._chance = chance
        self._lives = 0
        self._processes: list[subprocess.Popen[bytes]] = []

    def journals(self) -> Iterator[Path]:
        """The journals of every life so far."""
        yield from sorted(self._directory.glob("*.journal"))

    def start(self) -> None:
        """Bring the fleet up to its number."""
        self._processes = [p for p in self._processes if p.poll() is None]
        while len(self._processes) < PROCESSES:
            self._lives += 1
            journal = self._directory / f"{self._lives:04}.journal"
            seed = f"{self._chance.getrandbits(32):08x}"
            arguments = ["-m", "culm.drills.load", self._url, str(journal), seed]
            arguments.append(str(self._directory.parent))
            process = subprocess.Popen([sys.executable, *arguments], stderr=subprocess.DEVNULL)
            self._processes.append(process)

    def kill_one(self) -> None:
        """SIGKILL one of the processes."""
        self._chance.choice(self._processes).kill()

    def stop(self) -> None:
        """Let all of them finish."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)
            process.kill()
            process.wait()


def run(directory: Path, *, seconds: float, seed: int) -> Outcome:
    """Run the drill on a data directory of its own. The server is stopped afterwards."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    config = settings.Settings(data_dir=str(directory))
    journals = directory / "drill"
    journals.mkdir(parents=True, exist_ok=True)
    with embedded.Server.start(config.data_path) as server:
        migrations.migrate(server.url, app.MIGRATIONS)
        asyncio.run(_prepare(config, server.url))
        fleet = Fleet(server.url, journals, chance)
        began = time.monotonic()
        try:
            kills = _kill_again_and_again(server, fleet, chance, seconds)
        finally:
            server.ensure_running()
            fleet.stop()
        elapsed = time.monotonic() - began
        return asyncio.run(_judge(config, server.url, fleet, kills, elapsed))


def _kill_again_and_again(
    server: embedded.Server, fleet: Fleet, chance: random.Random, seconds: float
) -> dict[str, int]:
    kills = {"platform": 0, "backend": 0, "postmaster": 0}
    fleet.start()
    time.sleep(WARM_UP_SECONDS)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        victim = chance.choice(list(kills))
        if victim == "platform":
            fleet.kill_one()
        elif victim == "postmaster":
            os.kill(server.pid, signal.SIGKILL)
        elif not _kill_backend(server.pid, chance):
            continue
        kills[victim] += 1
        time.sleep(chance.uniform(*PAUSE_SECONDS))
        server.ensure_running()
        fleet.start()
    return kills


def _kill_backend(postmaster: int, chance: random.Random) -> bool:
    """SIGKILL some child of the postmaster: a backend, the WAL writer, the checkpointer, ..."""
    try:
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        os.kill(int(chance.choice(children)), signal.SIGKILL)
    except (OSError, IndexError):
        return False
    return True


async def _prepare(config: settings.Settings, url: str) -> None:
    async with app.open_platform(config, url) as platform:
        create = commands.CreateTenant(name="Crash drill")
        await platform.submit(create, tenant=load.TENANT, key="tenant")
        for number in range(load.ACCOUNTS):
            opening = commands.OpenAccount(code=load.account(number), currency="USD")
            await platform.submit(opening, tenant=load.TENANT, key=f"account-{number}")


async def _judge(
    config: settings.Settings, url: str, fleet: Fleet, kills: dict[str, int], elapsed: float
) -> Outcome:
    """Compare what was acknowledged with what is there, then finish what was left open."""
    sent, done = _read(fleet)
    torn, lost, duplicated = [], [], []
    async with app.open_platform(config, url) as platform:
        there = await _posted(platform)
        for key, size in sent.items():
            counts = [there.get(f"{key}/{index}", (0, 0)) for index in range(size)]
            torn += [key] if not _whole(counts) else []
            lost += [key] if key in done and counts[0][0] == 0 else []
        left_open = [key for key in sent if key not in done]
        for key in left_open:
            command = load.command(key, sent[key])
            await platform.submit(command, tenant=load.TENANT, key=key)
        there = await _posted(platform)
        lost += [key for key in left_open if f"{key}/0" not in there]
        duplicated = [reference for reference, (events, _) in there.items() if events > 1]
    return Outcome(
        seconds=round(elapsed, 1),
        platform_kills=kills["platform"],
        backend_kills=kills["backend"],
        postmaster_kills=kills["postmaster"],
        acknowledged=sum(done.values()),
        left_open=len(left_open),
        lost=lost,
        duplicated=duplicated,
        torn=torn,
    )


def _whole(counts: list[tuple[int, int]]) -> bool:
    """All transactions of a request are there with both entries, or none of them is."""
    return all(events == 0 for events, _ in counts) or all(
        entries == 2 * events > 0 for events, entries in counts
    )


def _read(fleet: Fleet) -> tuple[dict[str, int], dict[str, int]]:
    """What was sent and what was acknowledged, by key, with the number of transactions."""
    sent: dict[str, int] = {}
    done: dict[str, int] = {}
    for journal in fleet.journals():
        for line in journal.read_text().splitlines():
            word, key, size = line.split()
            (sent if word == "sent" else done)[key] = int(size)
    return sent, done


async def _posted(platform: app.Platform) -> dict[str, tuple[int, int]]:
    """How often each reference was posted, and how many entries belong to it."""
    partition = platform.partition_of(load.TENANT)
    made = await platform.db.fetch(QUERIES["entries"], partition)
    entries = {row["event"]: row["entries"] for row in made}
    posted: dict[str, tuple[int, int]] = {}
    for row in await platform.db.fetch(QUERIES["referenced"], partition, load.TENANT):
        events, lines = posted.get(row["reference"], (0, 0))
        posted[row["reference"]] = (events + 1, lines + entries.get(row["event"], 0))
    return posted
