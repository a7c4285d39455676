"""Rates of a Book in this process: bulk turns, and callers with one transaction each."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Sequence

from culm import app
from culm.ledger import commands

TENANT = "bench"
ACCOUNTS = 100_000
TURN = 8_000
IN_FLIGHT = 3
"""Bulk commands on their way at once: one decided, one written, one waiting."""
MADE_AHEAD = 10
"""Turns whose transactions are made at once."""
OPEN_AT_ONCE = 2_000
OVERDRAFT = -(10**12)


async def open_accounts(platform: app.Platform, count: int = ACCOUNTS) -> list[str]:
    """A tenant and its accounts, each with a minimum so that limits are checked."""
    await platform.submit(commands.CreateTenant(name="Bench"), tenant=TENANT)
    accounts: list[str] = []
    for first in range(0, count, OPEN_AT_ONCE):
        openings = (
            platform.submit(
                commands.OpenAccount(
                    code=f"liabilities:bench:{number}", currency="USD", minimum=OVERDRAFT
                ),
                tenant=TENANT,
            )
            for number in range(first, min(first + OPEN_AT_ONCE, count))
        )
        accounts += [account.id for account in await asyncio.gather(*openings)]
    return accounts


def transaction(
    chance: random.Random, accounts: Sequence[str], hot: str | None = None
) -> commands.PostTransaction:
    """A transfer between two accounts, uniform over all, or with one side always the same."""
    count = len(accounts)
    first = int(chance.random() * count)
    second = first - 1 - int(chance.random() * (count - 1))  # another one, counted from there
    source, target = accounts[first], accounts[second]
    amount = 1 + int(chance.random() * 10_000)
    postings = (
        commands.Posting(source, "debit", amount),
        commands.Posting(hot if hot is not None and hot != source else target, "credit", amount),
    )
    return commands.PostTransaction(postings=postings)


async def bulk(
    platform: app.Platform, accounts: Sequence[str], turns: int, *, hot: str | None = None
) -> float:
    """Transactions a second in turns of 8,000. They are made between the stretches of time that
    are measured, a few turns ahead, so that they take neither time nor much memory."""
    chance = random.Random(turns)
    elapsed = 0.0
    for first in range(0, turns, MADE_AHEAD):
        batches = [
            commands.PostTransactions(
                transactions=tuple(transaction(chance, accounts, hot) for _ in range(TURN))
            )
            for _ in range(first, min(first + MADE_AHEAD, turns))
        ]
        elapsed += await _post(platform, batches)
    return turns * TURN / elapsed


async def _post(platform: app.Platform, batches: Sequence[commands.PostTransactions]) -> float:
    """How many seconds these take."""
    waiting = iter(batches)

    async def caller() -> None:
        for batch in waiting:
            answer = await platform.submit(batch, tenant=TENANT)
            if any(result.id is None for result in answer.results):
                raise RuntimeError("a transaction of the benchmark was rejected")

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))
    return time.perf_counter() - began


async def callers(
    platform: app.Platform, accounts: Sequence[str], count: int, seconds: float
) -> float:
    """Transactions a second of so many callers, each waiting for its answer, each with a key."""
    chance = random.Random(count)
    numbers = itertools.count()
    run = f"{time.time_ns():x}"
    until = time.perf_counter() + seconds

    async def caller() -> int:
        done = 0
        while time.perf_counter() < until:
            command = transaction(chance, accounts)
            await platform.submit(command, tenant=TENANT, key=f"{run}-{next(numbers)}")
            done += 1
        return done

    began = time.perf_counter()
    done = await asyncio.gather(*(caller() for _ in range(count)))
    return sum(done) / (time.perf_counter() - began)
