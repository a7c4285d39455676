"""One process of load: callers that post transactions with keys, and note what was acknowledged.

Run as `python -m culm.drills.load URL JOURNAL SEED DATA_DIR` by a drill, which kills it when it
likes. The journal gets a line before a request is sent and one after it was answered; a line is one
write, so a kill leaves whole lines behind. It ends when its input does: who started it has
gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from typing import Final

import asyncpg
import uvloop

from culm import app
from culm.kernel import errors, logs, settings
from culm.ledger import commands

TENANT: Final = "drill"
ACCOUNTS: Final = 40
CALLERS: Final = 12
BULK: Final = 25
"""Transactions of a bulk, which must land all together."""
BULK_SHARE: Final = 0.1
RETRY_SECONDS: Final = 0.05
ORPHANED: Final = 4
"""How it exits when it is alone."""


def account(number: int) -> str:
    """The code of one of the drill's accounts."""
    return f"liabilities:drill:{number}"


def reference(key: str, index: int) -> str:
    """What a transaction of a request is found by."""
    return f"{key}/{index}"


class Journal:
    """What one process sent and what was acknowledged to it."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, word: str, key: str, size: int) -> None:
        """Add a line: `sent` or `done`, the key, and how many transactions it stands for."""
        os.write(self._file, f"{word} {key} {size}\n".encode())


def command(key: str, size: int) -> commands.PostTransaction | commands.PostTransactions:
    """What is posted under a key. It follows from the key alone, so that it can be sent again."""
    chance = random.Random(key)  # noqa: S311 - not for secrets
    members = []
    for index in range(size):
        source, target = chance.sample(range(ACCOUNTS), 2)
        amount = chance.randint(1, 1_000)
        postings = (
            commands.Posting(account(source), "debit", amount),
            commands.Posting(account(target), "credit", amount),
        )
        members.append(commands.PostTransaction(postings=postings, reference=reference(key, index)))
    return (
        members[0]
        if size == 1
        else commands.PostTransactions(transactions=tuple(members), mode="all")
    )


async def caller(platform: app.Platform, journal: Journal, name: str, over: asyncio.Event) -> None:
    """Post one thing after the other, asking again under the same key until it is answered."""
    chance = random.Random(name)  # noqa: S311 - not for secrets
    number = 0
    while not over.is_set():
        number += 1
        key, size = f"{name}-{number}", BULK if chance.random() < BULK_SHARE else 1
        journal.note("sent", key, size)
        while not over.is_set():
            try:
                await platform.submit(command(key, size), tenant=TENANT, key=key)
                journal.note("done", key, size)
                break
            except (errors.Unavailable, errors.OutcomeUnknown, errors.Busy, errors.InProgress):
                await asyncio.sleep(RETRY_SECONDS)


async def run(url: str, journal: Journal, seed: str, data_dir: str) -> None:
    """Load from all callers until SIGTERM."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    loop.add_reader(sys.stdin.fileno(), os._exit, ORPHANED)
    async with contextlib.AsyncExitStack() as stack:
        if (platform := await opened(stack, data_dir, url, over)) is not None:
            callers = (caller(platform, journal, f"{seed}-{n}", over) for n in range(CALLERS))
            await asyncio.gather(*callers)


async def opened(
    stack: contextlib.AsyncExitStack, data_dir: str, url: str, over: asyncio.Event
) -> app.Platform | None:
    """The platform, as soon as its database is up; None when the load is over before."""
    config = settings.Settings(data_dir=data_dir)
    while not over.is_set():
        try:
            return await stack.enter_async_context(app.open_platform(config, url))
        except (OSError, errors.Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(RETRY_SECONDS)
    return None


if __name__ == "__main__":
    logs.configure()
    uvloop.run(run(sys.argv[1], Journal(sys.argv[2]), sys.argv[3], sys.argv[4]))
