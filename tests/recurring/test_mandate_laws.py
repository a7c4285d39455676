"""Whatever is collected by a mandate, in whatever order: never more than the payer allowed, and
what was collected is what the payer has paid."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from culm import app
from culm.book import book, memory
from culm.kernel import errors
from culm.payments import tables as payment_tables
from culm.recurring import commands, tables
from tests import conftest
from tests.payments.world import BANK, code
from tests.recurring import test_mandates
from tests.recurring.world import World

limits = st.sampled_from([(None, None), (20, None), (None, 50), (20, 50)])
lasting = st.sampled_from([None, None, 3, 40])


class Mandates(RuleBasedStateMachine):
    """A payer, and a shop that collects as much as it can."""

    mandates: Any = Bundle("mandates")

    @initialize()
    def begin(self) -> None:
        """Books in memory."""
        self.loop = asyncio.new_event_loop()
        self.store, self.clock, self.catalog = memory.MemoryStore(), conftest.Clock(), app.catalog()
        self.book = book.Book(partition=0, catalog=self.catalog, store=self.store, clock=self.clock)
        self.world = World(conftest.Ledger(self.book, self.store, self.clock, self.catalog))
        self.months = Counter[tuple[str, str]]()
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        await self.book.start()
        await self.world.begin()
        self.ann, self.shop = await self.world.wallet(300), await self.world.wallet()

    def teardown(self) -> None:
        """Let the Book stop."""
        if hasattr(self, "book"):
            self.loop.run_until_complete(self.book.stop())
            self.loop.close()

    def _do(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(coroutine)

    @rule(target=mandates, allowed=limits, single=st.booleans(), days=lasting)
    def give(self, allowed: tuple[int | None, int | None], single: bool, days: int | None) -> Any:
        """The payer allows something."""
        maximum, monthly = allowed
        until = None if days is None else self.clock.now + timedelta(days=days)
        more = {"maximum": maximum, "monthly": monthly, "valid_until": until, "single": single}
        return self._do(test_mandates.give(self.world, self.ann, self.shop, **more)).id

    @rule(mandate=mandates, amounts=st.lists(st.integers(1, 30), min_size=1, max_size=6))
    def collect(self, mandate: str, amounts: list[int]) -> None:
        """The shop collects. What is refused is refused for a reason that can be seen."""
        for amount in amounts:
            self._collect(mandate, amount)

    def _collect(self, mandate: str, amount: int) -> None:
        before = self._do(test_mandates.now(self.world, mandate))
        month = self.clock.now.strftime("%Y-%m")
        room = int(before.monthly or 10**9) - self.months[mandate, month]
        over = before.valid_until is not None and before.valid_until <= self.clock.now
        allowed = before.state == "active" and not over
        allowed = allowed and amount <= min(room, int(before.maximum or 10**9))
        covered = self._do(self.world.available(self.ann)) >= amount
        try:
            self._do(test_mandates.collect(self.world, mandate, amount))
        except errors.Rejection:
            assert not (allowed and covered)
            return
        assert allowed
        assert covered
        self.months[mandate, month] += amount

    @rule(mandate=mandates)
    def revoke(self, mandate: str) -> None:
        """The payer takes it back."""
        self._do(self.world.submit(commands.RevokeMandate(mandate=mandate)))

    @rule(reason=st.sampled_from(["R07", "R10", "R01"]), data=st.data())
    def come_back(self, reason: str, data: st.DataObject) -> None:
        """The payer's bank sends something back."""
        payments = sorted(one.id for one in self.world.rows(payment_tables.PAYMENTS))
        if payments:
            payment = data.draw(st.sampled_from(payments))
            noted = commands.NoteReturn(payment=payment, reason=reason)
            self._do(self.world.submit(noted))

    @rule(days=st.sampled_from([1, 1, 5]))
    def wait(self, days: int) -> None:
        """Time goes by, and what is over ends."""
        self._do(self.world.wait(days=days))

    @rule(days=st.sampled_from([1, 2, 30]))
    def sleep(self, days: int) -> None:
        """Time goes by, and nobody is there to end anything."""
        self.clock.advance(days=days)

    @rule(amount=st.integers(1, 200))
    def fund(self, amount: int) -> None:
        """The payer has something to pay with."""
        self._do(self.world.book(BANK, code(self.ann), amount))

    @invariant()
    def what_was_collected_is_what_was_paid(self) -> None:
        if not hasattr(self, "shop"):
            return
        paid = {one.id: one.amount for one in self.world.rows(payment_tables.PAYMENTS)}
        kept = self.world.rows(tables.COLLECTIONS)
        assert {one.payment: one.amount for one in kept} == paid
        assert self._do(self.world.balance(self.shop)) == sum(paid.values())
        times = Counter(one.mandate for one in kept)
        for mandate in self.world.rows(tables.MANDATES):
            assert mandate.collections == times[mandate.id]
            assert mandate.collected == self.months[mandate.id, mandate.month]
            assert not mandate.single or mandate.collections <= 1


TestMandates = Mandates.TestCase
TestMandates.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
