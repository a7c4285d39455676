"""All that a transfer goes through, step by step: timers, reactors, the sandbox bank, the inbox."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from culm.book import event as event_
from culm.facts import cloudevent, fact
from culm.kernel import errors, settings
from culm.rails.ach import api, calendar, reactors
from culm.rails.ach.inbox import taking
from culm.sandbox.bank import bank as bank_
from culm.security import sealing
from culm.timers import commands as timers
from culm.timers import firing
from culm.work import reactor
from tests import conftest
from tests.rails.ach.sending import desk, orders


@dataclass(frozen=True)
class Means:
    """What reactions have at hand."""

    db: Any
    clock: conftest.Clock
    settings: settings.Settings


class Killed(BaseException):
    """The process died."""


class World(desk.Desk):
    """The tenant acme on PostgreSQL, its bank, and what happens between them."""

    REACTORS: tuple[reactor.Reactor, ...] = reactors.REACTORS

    def __init__(self, ledger: conftest.Ledger, directory: Path, **more: Any) -> None:
        super().__init__(ledger)
        self.settings = settings.Settings(data_dir=str(directory), **more)
        self.means = Means(ledger.db, ledger.clock, self.settings)
        self.db = ledger.db
        self.place = 0
        self.root = directory / "sandbox" / "bank" / "acme"
        self.bank: bank_.Bank | None = bank_.Bank(self.root)
        self.killed_after: Callable[[str], bool] = lambda _step: False
        """Whether the process dies after a step: `react:` and `submit:` with a name."""

    async def submit(self, command: msgspec.Struct, *, tenant: str, **origin: Any) -> Any:
        """As a platform does."""
        return await self.ledger.book.submit(command, tenant=tenant, **origin)

    @property
    def sealing(self) -> sealing.Sealing:
        """The keys of payees."""
        return sealing.of(self.db, self.settings)

    async def payee(
        self, account: str = "123456789", name: str = "Ann Doe", **more: Any
    ) -> api.Payee:
        """Somebody to be paid, under seal."""
        subject = await self.sealing.subject("acme")
        plain = msgspec.json.encode({"account": account, "name": name})
        given = {"routing": "021000021", "kind": "checking", **more}
        return api.Payee(
            subject=subject.id, sealed=subject.key.seal(plain, "bank_account"), **given
        )

    async def pay(self, account: str = "123456789", amount: int = 10_000, **more: Any) -> str:
        """Order a transfer to an account at another bank."""
        return await self.send(amount, payee=await self.payee(account), **more)

    async def facts(self) -> list[fact.Fact[Any]]:
        """What has happened since reactors heard last."""
        rows = await self.db.fetch(
            """select partition, position, time, type, version, tenant, actor, correlation,
            causation, body from book_log where position >= $1 order by position""",
            self.place,
        )
        return [self._fact(event_.LogRow(*row)) for row in rows]

    def _fact(self, row: event_.LogRow) -> fact.Fact[Any]:
        return fact.Fact(
            id=cloudevent.id_of(row.partition, row.position),
            event=self.ledger.catalog.decode(row.type, row.version, row.body),
            tenant=row.tenant,
            time=row.time,
            actor=row.actor,
            correlation=row.correlation,
            causation=row.causation,
            partition=row.partition,
            position=row.position,
        )

    async def play(self) -> None:
        """Have reactors hear facts until there are no new ones."""
        while new := await self.facts():
            for one in new:
                for each in self.REACTORS:
                    if type(one.event) in each.on:
                        await self.react(each, one)
                self.place = one.position + 1

    async def react(self, each: reactor.Reactor, one: fact.Fact[Any]) -> None:
        """What the runner of reactors does with one fact: what dies, or waits, is done again."""
        while True:
            with contextlib.suppress(Killed, reactor.Later, errors.InProgress):
                return await self._react(each, one)
            await asyncio.sleep(0)

    async def _react(self, each: reactor.Reactor, one: fact.Fact[Any]) -> None:
        follows = await each.react(one, self.means)
        self._die(f"react:{each.name}")
        commands = [follows] if isinstance(follows, msgspec.Struct) else list(follows or ())
        for number, command in enumerate(commands, 1):
            key = f"{each.name}:{one.id}" if number == 1 else f"{each.name}:{one.id}:{number}"
            with contextlib.suppress(errors.KeyConflict):
                await self.submit(command, tenant="acme", key=key, causation=one.id)
            self._die(f"submit:{type(command).__name__}")

    def _die(self, step: str) -> None:
        if self.killed_after(step):
            raise Killed

    async def fire(self) -> int:
        """Fire what is due."""
        fired = 0
        while count := await firing.fire_due(self, 0):
            fired += count
        return fired

    async def now(self) -> datetime:
        """The tenant's time."""
        found: datetime = await self.db.fetchval(
            "select now from tenant_clock where tenant = 'acme'"
        )
        return found

    async def settle_down(self) -> None:
        """Let everything happen that can happen now."""
        while True:
            await self.fire()
            await self.play()
            sent = [] if self.bank is None else self.bank.advance(await self.now())
            read = await self.read_inbox()
            if not (sent or read or await self.fire() or await self.facts()):
                return

    async def read_inbox(self) -> int:
        """Take in what the bank has answered."""
        return await taking.take_all(self, 0)

    async def until(self, day: str, wall: str) -> None:
        """Let time pass, to what clocks show in New York."""
        to = calendar.moment(datetime.fromisoformat(day).date(), wall)
        await self.ask(timers.AdvanceClock(to=to))
        await self.settle_down()

    async def facts_of(self, kind: type[event_.Event]) -> list[Any]:
        """Every fact of a type."""
        return [event for event in await self.log() if type(event) is kind]

    def files(self, where: str = "in") -> list[Path]:
        """The files at the bank's place."""
        return sorted(path for path in (self.root / where).iterdir() if path.is_file())


@asynccontextmanager
async def opened(url: str, directory: Path, **more: Any) -> AsyncIterator[World]:
    """A world on a database."""
    async with conftest.ledger_on(url, catalog_=orders.with_orders()) as ledger:
        world = World(ledger, directory, **more)
        await world.open(clock=desk.MONDAY)
        try:
            yield world
        finally:
            if world.bank is not None:
                world.bank.close()
