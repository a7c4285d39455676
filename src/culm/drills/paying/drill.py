"""The drill of payments: the API, all work behind it, the sandbox bank, NATS and PostgreSQL's
processes are killed while people pay, and every payment has to be there once, with all its
money, in our books and in the bank's."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from culm import app, client
from culm.access import keeping
from culm.client import errors, retries
from culm.drills import hands, killing
from culm.drills.paying import asking, batches, judge, load, rail
from culm.drills.paying import town as town_
from culm.kernel import embedded, migrations, nats_server

SHOPPERS: Final = 12
"""Who asks at the same time."""
APIS: Final = 2
"""Processes that serve the API."""
WARM_UP_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.5
TICK_SECONDS: Final = 0.2
"""Between two looks at the town's clock."""
STEP: Final = timedelta(hours=3)
"""How far it goes on at once while there is load."""
DAY: Final = timedelta(days=1)
"""How far when only what was begun is waited for."""
SETTLE_SECONDS: Final = 60.0
"""How long, once nobody is killed any more, everything may take to be done."""
PATIENT: Final = retries.Retries(times=100, first_seconds=0.05, longest_seconds=1.0)
"""For what is asked when nobody is killed."""


class Outcome(msgspec.Struct, kw_only=True):
    """What a drill of payments found."""

    seconds: float
    kills: dict[str, int]
    """How many of each kind of process."""
    payments: int
    refunds: int
    batches: int
    transfers: int
    """Entries for the bank."""
    returned: int
    """How many of them came back."""
    files: int
    again: int
    """How often something was asked once more, for want of an answer."""
    verdict: judge.Verdict
    strange: list[str]
    """Ends of processes that nobody has killed, and answers that nobody should get."""

    @property
    def passed(self) -> bool:
        """Whether there was anything to lose, and nothing was."""
        return self.payments > 0 and self.verdict.is_good and not self.strange


def run(directory: Path, *, seconds: float, seed: int) -> Outcome:
    """Run the drill on a data directory. Nothing is left running."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    logs = directory / "drill"
    logs.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (
        embedded.Server.start(directory) as database,
        nats_server.Server.start(directory) as nats,
    ):
        migrations.migrate(database.url, app.MIGRATIONS)
        drill = Drill(directory, logs, database, nats)
        try:
            return asyncio.run(drill.run(chance, seconds, began))
        finally:
            drill.end()


class Drill:
    """The processes of the drill, and what is done to them."""

    def __init__(
        self, directory: Path, logs: Path, database: embedded.Server, nats: nats_server.Server
    ) -> None:
        self._directory = directory
        self._logs = logs
        self._database = database
        self._nats = nats
        self._ports = _free_ports(APIS)
        self._apis = [
            self._hand(f"api-{port}", "serve", "--port", f"{port}") for port in self._ports
        ]
        self._office = self._hand("office", *hands.working("relay", "timers", "ach-inbox"))
        self._bank = self._hand("bank", *hands.working("sandbox"))
        self._worker = self._hand("worker", *hands.working("reactors"))
        self._all: Sequence[hands.Hand] = [*self._apis, self._office, self._bank, self._worker]
        self._strange: list[str] = []

    async def run(self, chance: random.Random, seconds: float, began: float) -> Outcome:
        """Load and kill for so long; then wait until all is done, and judge."""
        self._start()
        notes = asking.Notes()
        async with contextlib.AsyncExitStack() as stack:
            patient = await stack.enter_async_context(self._client(self._ports[0], PATIENT))
            doors = [
                await stack.enter_async_context(self._client(port, retries.NEVER))
                for port in self._ports
            ]
            town = await town_.found(patient)
            over = asyncio.Event()
            names = [f"{chance.getrandbits(32):08x}" for _ in range(SHOPPERS)]
            days = [self._day(asking.Asker(doors, notes), town, name, over) for name in names]
            loading = asyncio.gather(*days, self._let_time_pass(patient, over))
            kills = await self._kill_again_and_again(chance, seconds)
            over.set()
            await self._revived_until(loading)
            settling = asyncio.ensure_future(self._settled(patient, town, notes))
            await self._revived_until(settling)
            seen = settling.result()
        for hand in self._all:
            await asyncio.to_thread(hand.stop)
        return self._outcome(kills, notes, seen, judge.judge(town, notes, seen), began)

    def end(self) -> None:
        """Leave nothing running."""
        for hand in self._all:
            hand.kill()

    def _hand(self, name: str, *arguments: str) -> hands.Hand:
        log = self._logs / f"paying-{name}.log"
        return hands.Hand(arguments, data_dir=self._directory, log=log, url=self._database.url)

    def _start(self) -> None:
        """Bring back whatever is not there."""
        self._database.ensure_running()
        self._nats.ensure_running()
        for hand in self._all:
            hand.start({"CULM_NATS_URL": self._nats.url})

    def _client(self, port: int, patience: retries.Retries) -> client.AsyncClient:
        return client.AsyncClient(
            keeping.of(self._directory / "keys").operator,
            url=f"http://127.0.0.1:{port}",
            tenant=town_.TENANT,
            timeout_seconds=asking.LIMIT_SECONDS,
            retries=patience,
        )

    async def _day(
        self, asker: asking.Asker, town: town_.Town, name: str, over: asyncio.Event
    ) -> None:
        try:
            await load.go_about(asker, town, name, over)
        except errors.CulmError as error:
            self._strange.append(f"{name} was answered: {error}")

    async def _let_time_pass(self, patient: client.AsyncClient, over: asyncio.Event) -> None:
        """Move the town's clock on, through cut-offs and settlements, while all goes on."""
        while not over.is_set():
            await self._advance(patient, STEP)

    async def _advance(self, patient: client.AsyncClient, step: timedelta) -> None:
        """Send the clock on its way, unless it is."""
        clock = await patient.clock.get()
        if clock.target is None:
            with contextlib.suppress(errors.Conflict):  # an answer was lost, and it is on its way
                await patient.clock.advance(to=clock.now + step)
        await asyncio.sleep(TICK_SECONDS)

    async def _settled(
        self, patient: client.AsyncClient, town: town_.Town, notes: asking.Notes
    ) -> judge.Seen:
        """What there is when everything is as it should be, or the time for it is over."""
        until = time.monotonic() + SETTLE_SECONDS
        bank = self._directory / "sandbox" / "bank" / town_.TENANT
        while True:
            at_the_rail = await rail.look(self._database.url, bank)
            late = time.monotonic() > until
            if late or (rail.is_over(at_the_rail) and await batches.are_over(patient)):
                seen = await judge.look(patient, town, at_the_rail)
                if late or judge.judge(town, notes, seen).is_good:
                    return seen
            await self._advance(patient, DAY)

    async def _revived_until(self, done: asyncio.Future[Any]) -> None:
        """Bring back what has died of another's death, until something is done."""
        while not done.done():
            await asyncio.to_thread(self._start)
            await asyncio.wait({done}, timeout=LOOK_SECONDS)
        done.result()

    async def _kill_again_and_again(self, chance: random.Random, seconds: float) -> dict[str, int]:
        kinds: dict[str, Callable[[], bool]] = {
            **{f"API {number}": api.kill for number, api in enumerate(self._apis, 1)},
            "NATS": lambda: killing.kill(self._nats.pid),
            "office": self._office.kill,
            "bank": self._bank.kill,
            "worker": self._worker.kill,
            "backend": lambda: killing.kill_child(self._database.pid, chance),
        }
        await asyncio.sleep(WARM_UP_SECONDS)
        return await killing.again_and_again(kinds, self._start, chance=chance, seconds=seconds)

    def _outcome(
        self,
        kills: dict[str, int],
        notes: asking.Notes,
        seen: judge.Seen,
        verdict: judge.Verdict,
        began: float,
    ) -> Outcome:
        return Outcome(
            seconds=round(time.monotonic() - began, 1),
            kills=kills,
            payments=len(seen.payments),
            refunds=len(seen.refunds),
            batches=len(seen.batches),
            transfers=len(seen.rail.transfers),
            returned=seen.rail.returned,
            files=seen.rail.files,
            again=notes.again,
            verdict=verdict,
            strange=self._strange + [said for hand in self._all for said in hand.strange],
        )


def _free_ports(count: int) -> list[int]:
    """Ports of this machine on which nobody listens."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
