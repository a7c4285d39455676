"""Meters and quotas, whatever comes in and in whatever company, against a plain model of them."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from culm.access import admission, commands, issuing, keeping, types
from culm.kernel import embedded
from culm.ledger import commands as ledger_commands
from tests.access.conftest import Door, World, ask
from tests.conftest import ledger_on

OPERATIONS = (
    ("list_payments", "read"),
    ("create_payment", "write"),
    ("create_wallet", "write"),
    ("post_bulk", "bulk"),
)
"""What is asked for, and the meter that it is on where the key has no rate for itself."""

OWN = ("list_payments", "create_payment", "post_bulk")
"""Those that some keys have rates for."""

MICROSECOND = timedelta(microseconds=1)


@dataclass
class Bucket:
    """A bucket of so many drops that leaks, request by request: `level` drops were in it at `at`.
    A drop takes `each` microseconds to leak."""

    level: Fraction = Fraction(0)
    at: datetime | None = None

    def takes(self, now: datetime, each: int, burst: int) -> bool:
        """Whether there is room for one more drop; then it is in."""
        if self.at is not None:
            gone = Fraction((now - self.at) // MICROSECOND)
            self.level = max(Fraction(0), self.level - gone)
        self.at = now
        if self.level + each > burst * each:
            return False
        self.level += each
        return True


@dataclass
class Model:
    """One key: what it may, and what it did."""

    rate: types.Rate
    quota: int | None
    routes: types.Routes
    buckets: defaultdict[str, Bucket] = field(default_factory=lambda: defaultdict(Bucket))
    days: Counter[Any] = field(default_factory=Counter)

    def outcome(self, now: datetime, operation: str) -> str:
        """What becomes of one request."""
        own, meter = self.routes.get(operation), dict(OPERATIONS)[operation]
        rate = own or self.rate
        each, burst = 1_000_000 // rate.per_second, rate.burst
        if meter == "bulk":
            each, burst = each * 10, max(burst // 10, 1)
        if not self.buckets[operation if own else meter].takes(now, each, burst):
            return "rate_limited"
        of_its_own = own is not None and own.daily_quota is not None
        quota = own.daily_quota if own and of_its_own else self.quota
        day = (now.date(), operation if of_its_own else "")
        if quota is not None and self.days[day] >= quota:
            return "quota_exceeded"
        self.days[day] += 1
        return "ok"


class Asked(NamedTuple):
    """Requests that come in together, after a while: (key, operation, by which process)."""

    wait: timedelta
    requests: list[tuple[int, str, int]]


Given = tuple[types.Rate, int | None, types.Routes]
"""The rate and the quota of a key, and rates of single operations."""

PER_SECOND = st.sampled_from([1, 2, 3, 7, 10, 1_000])
QUOTA = st.none() | st.integers(1, 15)
KEYS = st.lists(
    st.tuples(
        st.builds(
            lambda per_second, more: types.Rate(per_second, per_second + more),
            PER_SECOND,
            st.integers(0, 12),
        ),
        QUOTA,
        st.dictionaries(
            st.sampled_from(OWN),
            st.builds(
                lambda per_second, more, quota: types.Route(per_second, per_second + more, quota),
                PER_SECOND,
                st.integers(0, 12),
                QUOTA,
            ),
        ),
    ),
    min_size=1,
    max_size=3,
)
HISTORY = st.lists(
    st.builds(
        Asked,
        st.one_of(
            st.timedeltas(timedelta(0), timedelta(seconds=3)),
            st.timedeltas(timedelta(0), timedelta(milliseconds=300)),
            st.sampled_from([timedelta(0), timedelta(hours=9)]),
        ),
        st.lists(
            st.tuples(
                st.integers(0, 2), st.sampled_from(sorted(dict(OPERATIONS))), st.integers(0, 1)
            ),
            min_size=1,
            max_size=25,
        ),
    ),
    min_size=1,
    max_size=12,
)


@asynccontextmanager
async def opened(server: embedded.Server, template: str, directory: Path) -> AsyncIterator[World]:
    """A world with two processes."""
    owner = await asyncpg.connect(server.url_for("postgres", "postgres"))
    await owner.execute(f"create database access_laws template {template}")
    async with ledger_on(server.url_for("postgres", "access_laws")) as ledger:
        world = World(ledger, keeping.Kept(directory / "keys"))
        processes = [world.process(), world.process()]
        yield world
        for process in processes:
            await process.close()
    await owner.execute("drop database access_laws with (force)")
    await owner.close()


def test_meters_and_quotas_are_those_of_a_bucket_that_leaks(
    server: embedded.Server, template: str, tmp_path: Path
) -> None:
    """Whether requests come together or one by one, through one process or two, for one key or
    several, in the order in which each process got them."""
    numbers = itertools.count()

    async def live(world: World, keys: list[Given], history: list[Asked], *, alone: bool) -> None:
        tenant = f"t{next(numbers)}"
        await world.submit(ledger_commands.CreateTenant(name="A", sandbox=True), tenant=tenant)
        secrets = [await _key(world, tenant, *key) for key in keys]
        models = [Model(*key) for key in keys]
        for wait, requests in history:
            now = world.clock.advance(microseconds=wait // MICROSECOND)
            await _compare(models, secrets, world.opened, requests, now, alone=alone)

    with asyncio.Runner() as runner:
        inside = opened(server, template, tmp_path)
        world = runner.run(inside.__aenter__())

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(keys=KEYS, history=HISTORY, alone=st.booleans())
        def law(keys: list[Given], history: list[Asked], alone: bool) -> None:
            runner.run(live(world, keys, history, alone=alone))

        try:
            law()
        finally:
            runner.run(inside.__aexit__(None, None, None))


async def _key(
    world: World, tenant: str, rate: types.Rate, quota: int | None, routes: types.Routes
) -> str:
    made, digest = issuing.secret(world.kept)
    command = commands.CreateKey(
        name="law", scopes=("write",), digest=digest, rate=rate, daily_quota=quota, routes=routes
    )
    issued = await world.submit(command, tenant=tenant)
    secret = issuing.shown(issued, made, digest).secret
    assert secret is not None
    return secret


async def _compare(
    models: list[Model],
    secrets: list[str],
    processes: list[admission.Admission],
    requests: list[tuple[int, str, int]],
    now: datetime,
    *,
    alone: bool,
) -> None:
    """Ask all at once, or each alone; the same number of each outcome as the model has. Through one
    process, and where nothing but the rate counts, each outcome is the model's too."""
    asked = [(key % len(models), operation, by) for key, operation, by in requests]
    expected = [models[key].outcome(now, operation) for key, operation, _ in asked]
    doors = {name: Door(writes=True, meter=meter, operation=name) for name, meter in OPERATIONS}
    calls = [
        ask(processes[by], secrets[key], door=doors[operation]) for key, operation, by in asked
    ]
    if alone:
        answers = [await call for call in calls]
    else:
        answers = await asyncio.gather(*calls)
    found = [answer.code for answer in answers]
    if alone or len({by for _, _, by in asked}) == 1:
        assert found == expected
    else:
        for index in range(len(models)):
            mine = [n for n, (key, _, _) in enumerate(asked) if key == index]
            assert sorted(found[n] for n in mine) == sorted(expected[n] for n in mine)
