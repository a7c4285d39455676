"""A run: Books under faults against the model, from a seed, until so many turns were taken."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Coroutine, Sequence
from random import Random
from typing import Any, Final

import structlog

from culm.book import catalog as catalog_
from culm.book import memory as memory_
from culm.ledger import context
from culm.rails.ach import context as ach
from culm.simulation import audit, clockwork, report, weather
from culm.simulation import checker as checker_
from culm.simulation import clients as clients_
from culm.simulation import database as database_
from culm.simulation import platform as platform_
from culm.simulation import seasons as seasons_
from culm.simulation.divergence import Divergence
from culm.timers import context as timers
from culm.webhooks import context as webhooks
from culm.work import context as work

PARTITION: Final = 3
"""Any but 0, so that ids and positions are not the same numbers."""

ROUND_TURNS: Final = 250
DRAIN_SECONDS: Final = 600.0
"""Virtual time after which a command that has no answer will never have one."""
SETTLE_SECONDS: Final = 60.0


class Simulation:
    """One run. `contexts` and `store` can be given otherwise to see whether a defect is found."""

    def __init__(
        self,
        *,
        seed: int,
        turns: int,
        contexts: Sequence[catalog_.Context] = (
            timers.TIMERS,
            context.LEDGER,
            ach.ACH,
            webhooks.WEBHOOKS,
            work.WORK,
        ),
        store: memory_.MemoryStore | None = None,
    ) -> None:
        self.seed = seed
        self.turns = turns
        self._rng = Random(seed)
        self._store = store or memory_.MemoryStore()
        catalog = catalog_.Catalog(contexts)
        self._checker = checker_.Checker(partition=PARTITION, store=self._store, catalog=catalog)
        self._luck = weather.Luck(self._rng)
        database = database_.Database(store=self._store, witness=self._checker, luck=self._luck)
        self._clock = clockwork.WallClock()
        self._platform = platform_.Platform(
            partition=PARTITION,
            contexts=contexts,
            database=database,
            checker=self._checker,
            clock=self._clock,
            rng=self._rng,
        )
        self._clients = clients_.Clients(
            rng=self._rng,
            clock=self._clock,
            checker=self._checker,
            processes=self._platform.processes,
        )
        self._fold = audit.Fold(PARTITION, catalog)
        self._audited = 0
        self._checked: dict[str, int] = {"audits": 0, "memories": 0}

    def run(self) -> report.Report:
        """Do it all, in virtual time."""
        began = time.perf_counter()
        logging = structlog.get_config()
        structlog.configure(processors=[_drop])
        try:
            with asyncio.Runner(loop_factory=clockwork.Loop) as runner:
                runner.get_loop().set_exception_handler(lambda _loop, _context: None)
                runner.run(self._main())
        except Exception as error:
            with self._checker.noting():
                raise error
        finally:
            gc.unfreeze()
            structlog.configure(**logging)
        return self._report(time.perf_counter() - began)

    async def _main(self) -> None:
        await self._platform.run(1)
        await self._finish([self._clients.begin()])
        while self._checker.turn < self.turns and self._checker.divergence is None:
            await self._round(min(self.turns, self._checker.turn + ROUND_TURNS))

    async def _round(self, until: int) -> None:
        """Let clients ask in one kind of weather until so many turns were taken; then look."""

        def going_on() -> bool:
            return self._checker.turn < until and self._checker.divergence is None

        season = seasons_.season(self._rng)
        await self._platform.run(season.processes)
        self._luck.weather = season.weather
        asking = [self._clients.keep_asking(going_on) for _ in range(season.clients)]
        await self._finish([*asking, self._platform.trouble(season, going_on)])
        self._luck.weather = weather.Weather()
        await asyncio.sleep(SETTLE_SECONDS)
        gc.freeze()  # what is left belongs to the log and the state, and stays: no use in looking
        if self._checker.divergence is None:
            self._audit()

    async def _finish(self, work: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Have all of this done. What never ends is a divergence."""
        tasks = [asyncio.create_task(one) for one in work]
        everything = asyncio.gather(*tasks)
        diverged = asyncio.create_task(self._checker.diverged.wait())
        await asyncio.wait(
            (everything, diverged), timeout=DRAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if everything.done():
            everything.result()
        elif self._checker.divergence is None:
            waiting = sum(not task.done() for task in tasks)
            raise Divergence(f"{waiting} callers were never answered")
        diverged.cancel()

    def _audit(self) -> None:
        """Everything, each time the log has doubled; what is in memory, every time."""
        for process in self._platform.processes:
            self._checked["memories"] += audit.check_memory(process, self._store)
        log = self._store.log[PARTITION]
        if len(log) < 2 * self._audited and self._checker.turn < self.turns:
            return
        self._checked["audits"] += 1
        self._audited = len(log)
        state = self._checker.model.state
        audit.check_state(self._store, PARTITION, state)
        audit.check_tree(self._checker, self._store)
        audit.check_times(log)
        audit.check_books(state)
        self._fold.follow(log[self._fold.size :])
        self._fold.check(self._store)

    def _report(self, seconds: float) -> report.Report:
        checker, turns = self._checker, self._checker.turn
        return report.Report(
            seed=self.seed,
            turns=turns,
            asked_turns=self.turns,
            seconds=round(seconds, 3),
            turns_per_second=round(turns / seconds),
            events=len(checker.leaves),
            commands=dict(sorted(checker.commands.items())),
            outcomes=dict(checker.codes.most_common()),
            faults=dict(self._luck.counts.most_common()),
            heard=dict(self._clients.heard.most_common()),
            checked=self._checked,
            trace=checker.hash.hexdigest(),
            divergence=None if checker.divergence is None else str(checker.divergence),
        )


def _drop(_logger: Any, _method: str, _event: Any) -> Any:
    raise structlog.DropEvent
