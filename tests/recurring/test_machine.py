"""Whatever is asked of schedules, in whatever order, while time goes by: each occurrence is paid
once or it is known why not, and what is due has a timer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from culm import app
from culm.book import book, memory
from culm.kernel import errors
from culm.recurring import tables
from culm.timers import tables as timer_tables
from tests import conftest
from tests.payments.world import BANK, code
from tests.recurring.world import World

PLANS: Final[tuple[dict[str, Any], ...]] = (
    {"every_seconds": 86_400},
    {"every_seconds": 43_200, "times": 3},
    {"cron": "30 2 * * 1-5", "zone": "America/New_York"},
    {"every_seconds": 3 * 86_400, "missed": "last"},
)


class Schedules(RuleBasedStateMachine):
    """Two wallets, of which one pays the other by schedule, and sometimes has nothing."""

    schedules: Any = Bundle("schedules")

    @initialize()
    def begin(self) -> None:
        """Books in memory."""
        self.loop = asyncio.new_event_loop()
        self.store, self.clock, self.catalog = memory.MemoryStore(), conftest.Clock(), app.catalog()
        self.book = book.Book(partition=0, catalog=self.catalog, store=self.store, clock=self.clock)
        self.world = World(conftest.Ledger(self.book, self.store, self.clock, self.catalog))
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        await self.book.start()
        await self.world.begin()
        self.ann, self.bob = await self.world.wallet(30), await self.world.wallet()

    def teardown(self) -> None:
        """Let the Book stop."""
        if hasattr(self, "book"):
            self.loop.run_until_complete(self.book.stop())
            self.loop.close()

    def _try(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Do it; None where it is refused."""
        try:
            return self.loop.run_until_complete(coroutine)
        except errors.Rejection:
            return None

    @rule(
        target=schedules,
        plan=st.sampled_from(PLANS),
        adjust=st.sampled_from(["none", "following", "preceding"]),
        retries=st.sampled_from([[], [1], [1, 3]]),
        stop_after=st.sampled_from([None, 1, 2]),
    )
    def make(self, plan: dict[str, Any], **more: Any) -> Any:
        """Something is to be paid again and again."""
        made = self._try(self.world.schedule(self.ann, self.bob, schedule=plan, **more))
        return multiple() if made is None else made.id

    @rule(target=schedules, days=st.integers(1, 9), retries=st.sampled_from([[], [2]]))
    def make_one(self, days: int, retries: list[int]) -> Any:
        """Something is to be paid once."""
        at = self.clock.now + timedelta(days=days)
        return self._try(self.world.schedule(self.ann, self.bob, at=at, retries=retries)).id

    @rule(schedule=schedules, asked=st.sampled_from(["pause", "pause", "resume", "skip"]))
    def ask(self, schedule: str, asked: str) -> None:
        """Somebody changes it."""
        self._try(getattr(self.world, asked)(schedule))

    @rule(schedule=schedules)
    def cancel(self, schedule: str) -> None:
        """Somebody ends it."""
        self._try(self.world.cancel(schedule))

    @rule(hours=st.integers(1, 100))
    def wait(self, hours: int) -> None:
        """Time goes by, and what is due fires at its time."""
        self.loop.run_until_complete(self.world.wait(hours=hours))

    @rule(days=st.integers(1, 6))
    def sleep(self, days: int) -> None:
        """Nobody is there for a while; what was due then fires late."""
        self.clock.advance(days=days)
        self.loop.run_until_complete(self.world.fire())

    @rule(amount=st.integers(1, 50))
    def fund(self, amount: int) -> None:
        """There is something to pay with."""
        self.loop.run_until_complete(self.world.book(BANK, code(self.ann), amount))

    @invariant()
    def each_paid_run_has_a_payment_of_its_own(self) -> None:
        if not hasattr(self, "bob"):
            return
        runs = self.world.runs()
        paid = {one.id: one.payment for one in runs if one.payment}
        assert {one.metadata["run"]: one.id for one in self.world.payments()} == paid
        assert all((one.state == "paid") == (one.id in paid) for one in runs)
        balance = self.loop.run_until_complete(self.world.balance(self.bob))
        assert balance == 10 * len(paid)

    @invariant()
    def each_occurrence_has_one_run(self) -> None:
        if not hasattr(self, "bob"):
            return
        runs = self.world.runs()
        occurrences = [(one.schedule, one.occurrence) for one in runs]
        assert len(set(occurrences)) == len(occurrences)
        passed = Counter(one.schedule for one in runs)
        for schedule in self.world.rows(tables.SCHEDULES):
            assert schedule.passed == passed[schedule.id]
            assert (schedule.occurrence is None) == (schedule.state in ("ended", "cancelled"))

    @invariant()
    def what_waits_has_a_timer_and_nothing_else(self) -> None:
        if not hasattr(self, "bob"):
            return
        armed = {one.id: one.due for one in self.world.rows(timer_tables.TIMERS) if one.due}
        active = [one for one in self.world.rows(tables.SCHEDULES) if one.state == "active"]
        waiting = {f"{one.id}:run": one.due for one in active}
        waiting |= {
            f"{one.id}:retry": one.again for one in self.world.runs() if one.state == "retrying"
        }
        assert armed == waiting


TestSchedules = Schedules.TestCase
TestSchedules.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
