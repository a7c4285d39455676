"""Bells: readers hear of commits at once, in this process and in others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from culm.facts import bell, bus, wake
from culm.kernel import nats_server
from tests.facts.conftest import running, until


async def test_a_ring_between_the_look_and_the_wait_is_not_missed() -> None:
    rung = bell.Bell()
    seen = rung.rung
    rung.ring()
    async with asyncio.timeout(5):
        await rung.wait(seen, 3_600)


async def test_everybody_who_waits_is_woken() -> None:
    rung = bell.Bell()
    waiting = [asyncio.create_task(rung.wait(rung.rung, 3_600)) for _ in range(3)]
    await asyncio.sleep(0)
    rung.ring()
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)


async def test_without_a_ring_the_wait_ends_by_itself() -> None:
    rung = bell.Bell()
    await rung.wait(rung.rung, 0.01)
    assert rung.rung == 0


async def test_a_commit_in_one_process_rings_in_another_for_its_partition_alone(
    nats_: nats_server.Server,
) -> None:
    here, there = [wake.Bells(), wake.Bells()], [wake.Bells(), wake.Bells()]
    buses = [bus.Bus(nats_.url), bus.Bus(nats_.url)]

    def sharing(bus_: bus.Bus, bells: list[wake.Bells]) -> Callable[[], Awaitable[None]]:
        return lambda: bus_.use(lambda client: wake.share(client, bells))

    async with running(
        buses[0].run,
        buses[1].run,
        sharing(buses[0], here),
        sharing(buses[1], there),
    ):
        await until(lambda: buses[0].connected and buses[1].connected)
        await asyncio.sleep(0.2)
        quiet = [there[0].news.rung, there[1].news.rung]

        def heard() -> bool:
            here[1].ring()
            return there[1].news.rung > quiet[1]

        await until(heard)
        assert there[0].news.rung == quiet[0]
        assert there[1].ours.rung == 0, "what others commit is not told on"
