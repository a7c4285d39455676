"""A tenant whose customers pay by schedule, with the short names of what tests do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from culm.book import memory
from culm.payments import tables as payment_tables
from culm.payments import types as payment_types
from culm.recurring import commands, tables, types, views
from culm.timers import commands as timer_commands
from culm.timers import tables as timer_tables
from tests.payments import world

DAILY = {"every_seconds": 86_400}


class World(world.World):
    """Books of the tenant acme, in memory where runs and timers are asked for."""

    async def schedule(
        self, source: str, destination: str, amount: int = 10, **more: Any
    ) -> views.PaymentSchedule:
        """A transfer every day, unless something else is said."""
        asked = {
            "kind": "transfer",
            "amount": amount,
            "currency": "USD",
            "source": source,
            "destination": destination,
            **more,
        }
        if not {"schedule", "at"} & asked.keys():
            asked["schedule"] = DAILY
        command = msgspec.convert(asked, commands.CreateSchedule)
        made: views.PaymentSchedule = await self.submit(command)
        return made

    async def pause(self, schedule: str) -> views.PaymentSchedule:
        """Let a schedule rest."""
        made: views.PaymentSchedule = await self.submit(commands.PauseSchedule(schedule=schedule))
        return made

    async def resume(self, schedule: str) -> views.PaymentSchedule:
        """Let it go on."""
        made: views.PaymentSchedule = await self.submit(commands.ResumeSchedule(schedule=schedule))
        return made

    async def skip(self, schedule: str) -> views.PaymentSchedule:
        """Let an occurrence pass."""
        made: views.PaymentSchedule = await self.submit(commands.SkipOccurrence(schedule=schedule))
        return made

    async def cancel(self, schedule: str) -> views.PaymentSchedule:
        """End it."""
        made: views.PaymentSchedule = await self.submit(commands.CancelSchedule(schedule=schedule))
        return made

    async def wait(self, **span: float) -> None:
        """Time goes by, and what is due fires, each at its time."""
        until = self.clock.now + timedelta(**span)
        while (due := self._next()) is not None and due <= until:
            self.clock.now = max(self.clock.now, due)
            await self.fire()
        self.clock.now = max(self.clock.now, until)

    def _next(self) -> datetime | None:
        armed = [one.due for one in self.rows(timer_tables.TIMERS) if one.due is not None]
        return min(armed, default=None)

    async def fire(self) -> None:
        """Fire what is due."""
        timers = self.rows(timer_tables.TIMERS)
        due = [one.id for one in timers if one.due is not None and one.due <= self.clock.now]
        fired = await self.submit(timer_commands.FireTimers(timers=tuple(due)))
        assert fired.failed == {}

    def rows(self, table: Any) -> list[Any]:
        """All that a table of the memory holds."""
        store = self.ledger.store
        assert isinstance(store, memory.MemoryStore)
        return list(store.state.get((0, table), {}).values())

    def runs(self) -> list[types.Run]:
        """Every run, in the order in which they came."""
        return sorted(self.rows(tables.RUNS), key=lambda one: int(one.number))

    def payments(self) -> list[payment_types.Payment]:
        """Every payment."""
        return self.rows(payment_tables.PAYMENTS)

    def states(self) -> list[str]:
        """What became of every run."""
        return [one.state for one in self.runs()]

    async def now(self, schedule: str) -> views.PaymentSchedule:
        """A schedule as it is now."""
        found = await self.ledger.store.load(tables.SCHEDULES, 0, [schedule])
        return views.schedule(found[schedule])
