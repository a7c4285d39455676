"""The crash drill: processes are killed with SIGKILL under load, and nothing may be lost.

Two platform processes post to one partition. Every few hundred milliseconds one of them, both, a
PostgreSQL backend, the postmaster, or all of it at once is killed and started again. Then the same
is done to `culm up` and the PostgreSQL that is its own, under load over HTTP. Afterwards everything
that was acknowledged is there exactly once, everything else wholly or not at all, and what was left
open is sent again under its key and is then there exactly once too.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from culm import app
from culm.drills import fleet as fleet_
from culm.drills import judge, killing, load, service
from culm.kernel import embedded, migrations, settings
from culm.ledger import commands

PAUSE_SECONDS: Final = (0.25, 0.8)
"""Between two kills."""
WARM_UP_SECONDS: Final = 1.5
SERVICE_LIVES: Final = 2
"""How often `culm up` is started and killed."""


class Outcome(msgspec.Struct, kw_only=True):
    """What a drill found. Kills: of one platform process, of all of them, of a PostgreSQL process,
    of the postmaster, and of everything at once. The lists must be empty."""

    seconds: float
    platform_kills: int
    fleet_kills: int
    backend_kills: int
    postmaster_kills: int
    joint_kills: int
    service_kills: int
    """Of `culm up`, by itself."""
    acknowledged: int
    left_open: int
    lost: list[str]
    duplicated: list[str]
    torn: list[str]
    strange: list[str]
    """Ends of platform processes that nobody has killed."""
    hung: list[str]
    """Platform processes that did not end when they were asked to."""

    @property
    def passed(self) -> bool:
        """Whether anything was tested, nothing was lost, doubled or half done, and no process
        came to another end than it should have."""
        wrong = self.lost or self.duplicated or self.torn or self.strange or self.hung
        return self.acknowledged > 0 and not wrong


def run(directory: Path, *, seconds: float, seed: int) -> Outcome:
    """Run the drill on a data directory of its own. Nothing is left running."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    journals = directory / "drill"
    journals.mkdir(parents=True, exist_ok=True)
    config = settings.Settings(data_dir=str(directory))
    began = time.monotonic()
    with embedded.Server.start(config.data_path) as server:
        migrations.migrate(server.url, app.MIGRATIONS)
        asyncio.run(_prepare(config, server.url))
        fleet = fleet_.Fleet(server.url, journals, chance)
        try:
            kills = _kill_again_and_again(server, fleet, chance, seconds)
            server.ensure_running()
            fleet.stop()
        finally:
            fleet.bury()  # nothing of ours outlives an interrupted drill
    up = service.Service(directory, journals / "up.log")
    kills["service"] = _kill_service(up, journals, f"{seed:08x}")
    elapsed = time.monotonic() - began
    noted = judge.read(journals.glob("*.journal"))
    with embedded.Server.start(config.data_path) as server:
        verdict = asyncio.run(_judge(config, server.url, noted))
    return Outcome(
        seconds=round(elapsed, 1),
        platform_kills=kills["platform"],
        fleet_kills=kills["fleet"],
        backend_kills=kills["backend"],
        postmaster_kills=kills["postmaster"],
        joint_kills=kills["joint"],
        service_kills=kills["service"],
        acknowledged=sum(noted.done.values()),
        left_open=len(noted.left_open),
        lost=verdict.lost,
        duplicated=verdict.duplicated,
        torn=verdict.torn,
        strange=fleet.strange + up.strange,
        hung=fleet.hung,
    )


def _kill_service(up: service.Service, journals: Path, seed: str) -> int:
    """Kill `culm up`, on the same books, again and again; how often."""
    kills = 0
    try:
        up.start()
        with service.clients(up, journals, seed):
            for _ in range(SERVICE_LIVES):
                time.sleep(WARM_UP_SECONDS)
                kills += up.kill()
                up.start()
            time.sleep(WARM_UP_SECONDS)
    finally:
        up.stop()
    return kills


def _kill_again_and_again(
    server: embedded.Server, fleet: fleet_.Fleet, chance: random.Random, seconds: float
) -> dict[str, int]:
    """Kill until the time is over, each kind of victim once in any case; how many of each."""
    kinds: dict[str, Callable[[], bool]] = {
        "platform": fleet.kill_one,
        "fleet": fleet.kill_all,
        "backend": lambda: killing.kill_child(server.pid, chance),
        "postmaster": lambda: killing.kill(server.pid),
        "joint": lambda: _kill_everything(server.pid, fleet),
    }
    kills = dict.fromkeys(kinds, 0)
    due = chance.sample(list(kinds), len(kinds))
    fleet.start()
    time.sleep(WARM_UP_SECONDS)
    until = time.monotonic() + seconds
    while due or time.monotonic() < until:
        victim = due.pop() if due else chance.choice(list(kinds))
        kills[victim] += kinds[victim]()
        time.sleep(chance.uniform(*PAUSE_SECONDS))
        server.ensure_running()
        fleet.start()
    return kills


def _kill_everything(postmaster: int, fleet: fleet_.Fleet) -> bool:
    """SIGKILL the postmaster, its children and the whole fleet at once, as if the power failed."""
    children = killing.children(postmaster)
    gone = killing.kill(postmaster)
    for pid in children:
        killing.kill(pid)
    return fleet.kill_all() and gone


async def _prepare(config: settings.Settings, url: str) -> None:
    async with app.open_platform(config, url) as platform:
        await prepare(platform)


async def prepare(platform: app.Platform) -> None:
    """The accounts that the load posts between."""
    create = commands.CreateTenant(name="Crash drill")
    await platform.submit(create, tenant=load.TENANT, key="tenant")
    for number in range(load.ACCOUNTS):
        opening = commands.OpenAccount(code=load.account(number), currency="USD")
        await platform.submit(opening, tenant=load.TENANT, key=f"account-{number}")


async def _judge(config: settings.Settings, url: str, noted: judge.Journals) -> judge.Verdict:
    async with app.open_platform(config, url) as platform:
        return await judge.judge(platform, noted)
