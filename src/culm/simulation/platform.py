"""The processes of one partition, and what happens to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from culm.book import catalog as catalog_
from culm.kernel import errors
from culm.simulation import database as database_
from culm.simulation import faults, seasons
from culm.simulation.checker import Checker
from culm.simulation.clockwork import WallClock
from culm.simulation.process import Process

RETRY_SECONDS: Final = 0.1
PATIENCE_SECONDS: Final = 0.5
SKEW_SECONDS: Final = 2.0
OUTAGES_SECONDS: Final = (0.05, 1.0, 40.0)


class Platform:
    """Processes come and go; clocks are set; the database is away for a while."""

    def __init__(
        self,
        *,
        partition: int,
        contexts: Sequence[catalog_.Context],
        database: database_.Database,
        checker: Checker,
        clock: WallClock,
        rng: Random,
    ) -> None:
        self.partition = partition
        self.processes: list[Process] = []
        self._contexts = tuple(contexts)
        self._database = database
        self._luck = database.luck
        self._checker = checker
        self._clock = clock
        self._rng = rng

    async def run(self, processes: int) -> None:
        """Have as many processes as said."""
        while len(self.processes) < processes:
            self.processes.append(await self._start())
        while len(self.processes) > processes:
            await self.processes.pop().stop()

    async def trouble(self, season: seasons.Season, going_on: Callable[[], bool]) -> None:
        """Make trouble, now and then, until told to stop."""
        accidents = [self._jump, self._jump, self._kill, self._kill, self._deploy]
        accidents += [self._outage] * season.outages
        while going_on():
            await asyncio.sleep(self._rng.expovariate(1 / season.trouble_seconds))
            if going_on():
                await accidents[self._rng.randrange(len(accidents))]()

    async def _start(self) -> Process:
        while True:
            process = self._process()
            try:
                await process.start()
            except errors.Unavailable:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            return process

    def _process(self) -> Process:
        skew = timedelta(seconds=self._rng.uniform(-SKEW_SECONDS, SKEW_SECONDS))

        def clock() -> datetime:
            return self._clock() + skew

        return Process(
            partition=self.partition,
            contexts=self._contexts,
            store=faults.FaultyStore(self._database),
            clock=clock,
            limits=seasons.limits(self._rng),
            began=self._checker.began,
        )

    async def _kill(self) -> None:
        self._luck.counts["killed"] += 1
        place = self._rng.randrange(len(self.processes))
        if self._rng.random() < 0.5:
            await self.processes[place].writes(PATIENCE_SECONDS)
        self.processes[place].kill()
        self.processes[place] = await self._start()

    async def _deploy(self) -> None:
        """A new process starts before an old one stops."""
        self._luck.counts["deployed"] += 1
        place = self._rng.randrange(len(self.processes))
        old, self.processes[place] = self.processes[place], await self._start()
        await old.stop()

    async def _jump(self) -> None:
        self._luck.counts["clock_set"] += 1
        self._clock.jump(self._rng.uniform(-60, 90) ** 3 / 200)

    async def _outage(self) -> None:
        self._luck.counts["outage"] += 1
        if self._rng.random() < 0.5:
            await self._rng.choice(self.processes).writes(PATIENCE_SECONDS)
        self._luck.outage = True
        await asyncio.sleep(self._rng.choice(OUTAGES_SECONDS))
        self._luck.outage = False
