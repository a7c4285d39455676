"""The drill of facts: NATS, the relay, the workers and PostgreSQL's processes are killed while
holds are placed, and every hold has to be answered once by each reactor and told to a receiver.

One reactor answers each hold with a transaction, in any order; another gives it back, in order of
each account; a webhook tells of it. Reactions and the receiver fail now and then as well.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from culm import app
from culm.drills import hands, killing, load, reactions, receiver
from culm.drills.judge import QUERIES
from culm.facts import cloudevent
from culm.kernel import embedded, errors, migrations, nats_server, settings
from culm.ledger import commands
from culm.webhooks import commands as webhooks

TENANT: Final = "facts"
ACCOUNTS: Final = 8
HOLDS_AT_ONCE: Final = 4
WORKERS: Final = 2
WARM_UP_SECONDS: Final = 2.0
SETTLE_SECONDS: Final = 120.0
"""How long, once nobody is killed any more, everything may take to be done."""


class Outcome(msgspec.Struct, kw_only=True):
    """What a drill of facts found. The lists must be empty."""

    seconds: float
    nats_kills: int
    relay_kills: int
    worker_kills: int
    backend_kills: int
    holds: int
    refused: int
    """Deliveries that the receiver refused at first."""
    unanswered: list[str]
    """Holds that a reactor has not answered, or that the receiver was not told of."""
    doubled: list[str]
    """Holds that were answered more than once."""
    disordered: list[str]
    """Accounts whose holds were not given back in the order in which they were placed."""
    parked: list[str]
    strange: list[str]

    @property
    def passed(self) -> bool:
        """Whether there was anything to do, and all of it was done once and in order."""
        wrong = self.unanswered or self.doubled or self.disordered or self.parked or self.strange
        return self.holds > 0 and not wrong


class Verdict(msgspec.Struct):
    """What the log says of the holds, as `Outcome` does."""

    holds: dict[str, int]
    unanswered: list[str]
    doubled: list[str]
    disordered: list[str]
    parked: list[str]


def run(directory: Path, *, seconds: float, seed: int) -> Outcome:
    """Run the drill on a data directory. Nothing is left running."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    logs = directory / "drill"
    logs.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (
        embedded.Server.start(directory) as database,
        nats_server.Server.start(directory) as nats,
        receiver.listening(seed) as heard,
    ):
        migrations.migrate(database.url, app.MIGRATIONS)
        drill = Drill(directory, logs, database, nats)
        try:
            kills, verdict = asyncio.run(drill.run(heard, chance, seconds))
        finally:
            drill.end()
    told = {f"{hold}: webhook" for hold, at in verdict.holds.items() if not heard.taken[_event(at)]}
    return Outcome(
        seconds=round(time.monotonic() - began, 1),
        nats_kills=kills["nats"],
        relay_kills=kills["relay"],
        worker_kills=kills["worker"],
        backend_kills=kills["backend"],
        holds=len(verdict.holds),
        refused=len(heard.refused),
        unanswered=verdict.unanswered + sorted(told),
        doubled=verdict.doubled,
        disordered=verdict.disordered,
        parked=verdict.parked,
        strange=[said for hand in drill.all for said in hand.strange],
    )


class Drill:
    """The processes of the drill, and what is done to them."""

    def __init__(
        self, directory: Path, logs: Path, database: embedded.Server, nats: nats_server.Server
    ) -> None:
        self._directory = directory
        self._database = database
        self._nats = nats
        self._relay = self._hand("relay", logs / "relay.log")
        self._workers = [
            self._hand("reactors retries", logs / f"worker-{number}.log")
            for number in range(WORKERS)
        ]
        self.all: Sequence[hands.Hand] = [self._relay, *self._workers]

    async def run(
        self, heard: receiver.Receiver, chance: random.Random, seconds: float
    ) -> tuple[dict[str, int], Verdict]:
        """Load and kill for so long; then wait until all is done, and judge."""
        config = settings.Settings(data_dir=str(self._directory))
        async with app.open_platform(config, self._database.url) as platform:
            await prepare(platform, heard.url)
            self._start()
            over = asyncio.Event()
            loading = [
                asyncio.create_task(place(platform, f"{chance.getrandbits(32):08x}", over))
                for _ in range(HOLDS_AT_ONCE)
            ]
            kills = await self._kill_again_and_again(chance, seconds)
            over.set()
            await asyncio.gather(*loading)
            verdict = await self._settled(platform, heard)
            for hand in self.all:
                await asyncio.to_thread(hand.stop)
            return kills, verdict

    def end(self) -> None:
        """Leave nothing running."""
        for hand in self.all:
            hand.kill()

    def _hand(self, only: str, log: Path) -> hands.Hand:
        url = self._database.url
        arguments = hands.working(*only.split())
        return hands.Hand(arguments, data_dir=self._directory, log=log, url=url)

    def _start(self) -> None:
        """Bring back whatever is not there."""
        self._database.ensure_running()
        self._nats.ensure_running()
        environment = {
            "CULM_NATS_URL": self._nats.url,
            "CULM_REACTORS": "culm.drills.reactions:REACTORS",
            "CULM_WEBHOOK_TARGETS": "any",
        }
        for hand in self.all:
            hand.start(environment)

    async def _kill_again_and_again(self, chance: random.Random, seconds: float) -> dict[str, int]:
        kinds: dict[str, Callable[[], bool]] = {
            "nats": lambda: killing.kill(self._nats.pid),
            "relay": self._relay.kill,
            "worker": lambda: chance.choice(self._workers).kill(),
            "backend": lambda: killing.kill_child(self._database.pid, chance),
        }
        await asyncio.sleep(WARM_UP_SECONDS)
        return await killing.again_and_again(kinds, self._start, chance=chance, seconds=seconds)

    async def _settled(self, platform: app.Platform, heard: receiver.Receiver) -> Verdict:
        """The verdict, once everything is done or the time for it is over."""
        until = time.monotonic() + SETTLE_SECONDS
        while True:
            verdict = await judge(platform)
            told = all(heard.taken[_event(at)] for at in verdict.holds.values())
            if (told and not verdict.unanswered) or time.monotonic() > until:
                return verdict
            await asyncio.sleep(0.5)
            await asyncio.to_thread(self._start)


async def prepare(platform: app.Platform, url: str) -> None:
    """Books with accounts, and an endpoint that is told of holds."""
    create = commands.CreateTenant(name="Drill of facts")
    await platform.submit(create, tenant=TENANT, key="tenant")
    for number in range(ACCOUNTS):
        opening = commands.OpenAccount(code=load.account(number), currency="USD")
        await platform.submit(opening, tenant=TENANT, key=f"account-{number}")
    endpoint = webhooks.CreateEndpoint(url=url, event_types=("ledger.hold_placed",))
    await platform.submit(endpoint, tenant=TENANT)


async def place(platform: app.Platform, name: str, over: asyncio.Event) -> None:
    """Place one hold after the other, each asked again under its key until it is answered."""
    chance = random.Random(name)  # noqa: S311 - not for secrets
    number = 0
    while not over.is_set():
        number += 1
        source, target = chance.sample(range(ACCOUNTS), 2)
        hold = commands.PlaceHold(
            debit=load.account(source), credit=load.account(target), amount=chance.randint(1, 100)
        )
        while True:
            try:
                await platform.submit(hold, tenant=TENANT, key=f"{name}-{number}")
                break
            except (errors.Unavailable, errors.OutcomeUnknown, errors.Busy, errors.InProgress):
                await asyncio.sleep(load.RETRY_SECONDS)
        await asyncio.sleep(chance.uniform(0, 0.05))


async def judge(platform: app.Platform) -> Verdict:
    """Look through the log: what follows from each hold, how often, and in which order."""
    partition = platform.partition_of(TENANT)
    placed: dict[str, tuple[int, str]] = {}
    answers: dict[str, list[str]] = {"drill-echo": [], "drill-release": []}
    for row in await platform.db.fetch(QUERIES["followed"], partition, TENANT):
        body: dict[str, Any] = msgspec.json.decode(row["body"])
        if row["type"] == "ledger.hold_placed":
            placed[body["id"]] = (row["position"], body["debit"])
        elif row["type"] == "ledger.hold_released":
            answers["drill-release"].append(body["hold"])
        elif body.get("kind") == reactions.ECHO:
            answers["drill-echo"].append(body["reference"])
    parked = await platform.db.fetch(QUERIES["parked"], partition, TENANT)
    return compare(placed, answers, [f"{row['reactor']}: {row['code']}" for row in parked])


def compare(
    placed: dict[str, tuple[int, str]], answers: dict[str, list[str]], parked: list[str]
) -> Verdict:
    """The verdict on holds (where each stands in the log, and on which account) and what answered
    them."""
    unanswered = [
        f"{hold}: {name}"
        for name, answered in answers.items()
        for hold in placed.keys() - set(answered)
    ]
    doubled = [
        f"{hold}: {name}"
        for name, answered in answers.items()
        for hold, times in Counter(answered).items()
        if times > 1
    ]
    lanes: dict[str, list[int]] = {}
    for hold in answers["drill-release"]:
        position, account = placed[hold]
        lanes.setdefault(account, []).append(position)
    return Verdict(
        holds={hold: position for hold, (position, _) in placed.items()},
        unanswered=sorted(unanswered),
        doubled=sorted(doubled),
        disordered=[account for account, order in lanes.items() if order != sorted(order)],
        parked=parked,
    )


def _event(position: int) -> str:
    """The `webhook-id` of what stands there, in the one partition of a drill."""
    return cloudevent.id_of(0, position)
