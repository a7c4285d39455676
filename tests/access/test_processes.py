"""Several processes that let requests in at once: what they let in together is what one may."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

from culm.access import commands, types
from tests.access.conftest import World, ask

PROCESSES, TIMES = 3, 300


async def asking(world: World, directory: Path, secrets: list[str]) -> Counter[str]:
    """What several processes say, each of which asks with the keys in another order."""
    running = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.access.asker", world.ledger.url, str(directory)),
            *(str(TIMES), *secrets[turn:], *secrets[:turn]),
            stdout=asyncio.subprocess.PIPE,
        )
        for turn in range(PROCESSES)
    ]
    found: Counter[str] = Counter()
    for one in running:
        printed, _ = await one.communicate()
        assert one.returncode == 0
        found.update(json.loads(printed))
    return found


async def test_processes_let_in_together_what_a_key_is_good_for(
    world: World, tmp_path: Path
) -> None:
    """A quota exactly, an operation's too; a meter, which fills again meanwhile, up to that."""
    quick = types.Rate(100_000, 1_000_000)
    own = {"create_payment": types.Route(100_000, 1_000_000, daily_quota=40)}
    apart = (await world.key(daily_quota=70, rate=quick, routes=own)).secret
    counted = [(await world.key(daily_quota=150 + n, rate=quick)).secret for n in range(3)]
    slow = (await world.key(rate=types.Rate(1, 100))).secret
    began = time.monotonic()
    found = await asking(world, tmp_path / "keys", [*counted, apart, slow])
    seconds = time.monotonic() - began
    for number, secret in enumerate(counted):
        assert found[f"{secret} ok"] == 150 + number
        assert found[f"{secret} quota_exceeded"] == PROCESSES * TIMES - 150 - number
    assert found[f"{apart} ok"] == 70 + 40
    assert 210 <= found[f"{slow} ok"] <= 210 + 2.2 * (seconds + 1)
    assert sum(found.values()) == PROCESSES * TIMES * 5


async def test_a_key_that_is_revoked_amid_requests_lets_none_in_that_begins_later(
    world: World,
) -> None:
    processes = [world.process(), world.process()]
    key = await world.key(rate=types.Rate(100_000, 1_000_000))
    soon, late = Counter[str](), Counter[str]()
    busy, revoked, enough = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def keep_asking(number: int) -> None:
        while not enough.is_set():
            heard = late if revoked.is_set() else soon
            heard[(await ask(processes[number % 2], key.secret)).code] += 1
            if soon.total() >= 50:
                busy.set()
            if late.total() >= 200:
                enough.set()

    asking_ = [asyncio.create_task(keep_asking(number)) for number in range(16)]
    await busy.wait()
    await world.submit(commands.RevokeKey(key=key.key.id))
    revoked.set()
    await asyncio.gather(*asking_)
    assert soon["ok"] >= 50 - 16
    assert set(late) == {"key_revoked"}
