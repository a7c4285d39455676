"""From the commit to the reaction: the whole platform in one process, at a steady rate.

What is measured begins earlier than the commit, when the event was decided, and ends when the
reaction begins; relay, NATS and the queue are between.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any, Final

import uvloop

from bench import books, reaction
from culm import app, working
from culm.facts import bus as bus_
from culm.kernel import settings

RATE: Final = 1_000
"""Transactions a second, each an event."""
TICK_SECONDS: Final = 0.005
WARM_SECONDS: Final = 2.0
ACCOUNTS: Final = 1_000
LOOK_SECONDS: Final = 0.05
LOOKS: Final = 1_200


async def measure(database_url: str, nats_url: str, seconds: float) -> dict[str, float]:
    """Milliseconds: the median, the 99th of a hundred, and the most; and how many facts."""
    with tempfile.TemporaryDirectory() as directory:
        config = settings.Settings(data_dir=directory, reactors="bench.reaction:REACTORS")
        async with app.open_platform(config, database_url) as platform:
            bus = bus_.Bus(nats_url)
            tasks = [
                asyncio.create_task(bus.run()),
                asyncio.create_task(working.work(platform, bus)),
            ]
            accounts = await books.open_accounts(platform, ACCOUNTS)
            await _post(platform, accounts, WARM_SECONDS)
            await asyncio.sleep(WARM_SECONDS)
            reaction.waits_ms.clear()
            count = await _post(platform, accounts, seconds)
            for _ in range(LOOKS):
                if len(reaction.waits_ms) >= count:
                    break
                await asyncio.sleep(LOOK_SECONDS)
            for task in reversed(tasks):
                task.cancel()
                await asyncio.wait({task})
    waits = sorted(reaction.waits_ms)
    if len(waits) < count:
        raise RuntimeError(f"only {len(waits)} of {count} facts were reacted to")
    return {
        "p50": waits[len(waits) // 2],
        "p99": waits[len(waits) * 99 // 100],
        "most": waits[-1],
        "facts": float(len(waits)),
    }


async def _post(platform: app.Platform, accounts: Sequence[str], seconds: float) -> int:
    """Transactions at the rate, whatever becomes of those before; how many."""
    chance = random.Random(1)
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    posting: set[asyncio.Task[Any]] = set()
    while (elapsed := loop.time() - began) < seconds:
        while sent < RATE * elapsed:
            command = books.transaction(chance, accounts)
            task = asyncio.create_task(platform.submit(command, tenant=books.TENANT))
            posting.add(task)
            task.add_done_callback(posting.discard)
            sent += 1
        await asyncio.sleep(TICK_SECONDS)
    await asyncio.gather(*posting)
    return sent


def run(database_url: str, nats_url: str, seconds: float) -> dict[str, float]:
    """The same, in a process of its own."""
    command = [sys.executable, "-m", "bench.reacting", database_url, nats_url, str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(sys.argv[1], sys.argv[2], float(sys.argv[3])))))
