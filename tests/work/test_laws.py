"""Whatever fails, and whoever dies: every fact has its effect, once, and order is kept."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from random import Random

import pytest

from culm.kernel import errors, nats_server
from culm.work import commands as work_commands
from culm.work import consumer, reactor
from tests.facts.conftest import until
from tests.work.conftest import Asset, Plant, Worker, by_lane, code, declared, effect, lane

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # nats-py's sockets
)

FACTS = 200
LANES = 12


class Weather:
    """What may go wrong in a reaction, by the dice."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.calls: dict[str, list[str]] = {}

    async def react(self, of: Asset, _means: reactor.Means) -> reactor.Commands:
        """React, or fail in one of many ways."""
        await asyncio.sleep(self.dice.random() * 0.004)
        match self.dice.randrange(12):
            case 0:
                raise OSError("no line")
            case 1:
                raise reactor.Later(0.01, "not yet")
            case 2:
                raise errors.Busy("too much")
            case 3:
                await asyncio.sleep(3_600)
            case 4:
                raise asyncio.CancelledError
        self.calls.setdefault(of.event.name, []).append(of.event.code)
        return effect(of)


async def trouble(plant: Plant, server: nats_server.Server, dice: Random) -> None:
    """Kill and replace, for as long as this is not cancelled."""
    workers = [await begin(plant, dice), await begin(plant, dice)]
    while True:
        await asyncio.sleep(0.3 + dice.random() * 0.5)
        victim = dice.randrange(len(workers))
        match dice.randrange(3):
            case 0:
                await workers[victim].lose_leads()
                await workers[victim].close()
                workers[victim] = await begin(plant, dice)
            case 1:
                await workers[victim].close()
                workers[victim] = await begin(plant, dice)
            case 2:
                os.kill(server.pid, signal.SIGKILL)
                await until(lambda: not server.is_running())
                await asyncio.to_thread(server.ensure_running)


async def begin(plant: Plant, dice: Random) -> Worker:
    """One more process, with a reactor of each kind."""
    seed = dice.randrange(1_000)
    return await plant.work(
        declared(Weather(seed).react, name="plain", attempts=4, timeout_seconds=0.2, concurrency=8),
        declared(
            Weather(seed).react,
            name="lanes",
            attempts=4,
            timeout_seconds=0.2,
            concurrency=8,
            in_order_of=lane,
        ),
        stop_seconds=0.05,
    )


async def retry_all(plant: Plant) -> bool:
    """Retry what can be; whether nothing is left."""
    rows = await plant.rows(
        "select reactor, fact from work_parked where state in ('parked', 'retrying') order by fact"
    )
    for row in rows:
        command = work_commands.RetryParked(id=f"{row['reactor']}:evt_{row['fact']:016x}")
        try:
            await plant.ledger.submit(command)
        except errors.Rejection:
            continue  # it waits for another one, or is being tried
    return not rows


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_fact_has_its_effect_once_and_in_order(
    plant: Plant, nats_: nats_server.Server, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "ACK_WAIT_SECONDS", 1.0)
    dice = Random(seed)
    task = asyncio.create_task(trouble(plant, nats_, dice))
    for first in range(0, FACTS, 50):
        await plant.register(50, lanes=LANES, first=first)
        await asyncio.sleep(0.3)
    async with asyncio.timeout(60):
        while len(await plant.effects()) < 2 * FACTS:
            assert not task.done(), task.exception()
            await retry_all(plant)
            await asyncio.sleep(0.2)
    task.cancel()
    await asyncio.wait({task})
    await begin(plant, dice)
    await until(lambda: retry_all(plant))
    found = await plant.effects()
    assert Counter(one for one, _ in found) == {code(n): 2 for n in range(FACTS)}
    rows = await plant.rows(
        "select body::json->>'reference' as code, body::json->'metadata'->>'lane' as lane"
        " from book_log where actor = 'reactor:lanes' and type = 'ledger.transaction_posted'"
        " order by position"
    )
    for in_lane in by_lane([(row["code"], row["lane"]) for row in rows]).values():
        assert in_lane == sorted(in_lane)
