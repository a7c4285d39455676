"""Banks at work: told the time again and again, each by the clock of its own tenant."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from culm.kernel import held
from culm.sandbox.bank import bank as bank_

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 0.2
"""How often a bank looks for files."""

RETRY_SECONDS: Final = 5.0
"""How long a bank that failed rests."""

Clock = Callable[[], Awaitable[datetime]]
TenantClock = Callable[[str], Awaitable[datetime]]


async def keep(bank: bank_.Bank, clock: Clock) -> None:
    """Have one bank work by a clock, until cancelled."""
    while True:
        await _turn(bank, clock)
        await asyncio.sleep(POLL_SECONDS)


async def keep_all(root: Path, clock: TenantClock) -> None:
    """Have the bank of every tenant that has a directory in `root` work by the tenant's clock,
    until cancelled; a tenant that comes later, too."""
    banks: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            for directory in _directories(root):
                if directory.name not in banks:
                    keeping = _keep_one(directory, clock)
                    banks[directory.name] = asyncio.create_task(keeping)
            await asyncio.sleep(POLL_SECONDS)
    finally:
        for task in banks.values():
            task.cancel()
        await asyncio.gather(*banks.values(), return_exceptions=True)


def _directories(root: Path) -> list[Path]:
    found = sorted(root.iterdir()) if root.is_dir() else []
    return [one for one in found if one.is_dir() and not one.name.startswith(".")]


async def _keep_one(directory: Path, clock: TenantClock) -> None:
    """One tenant's bank, whatever happens to it."""
    while True:
        try:
            with bank_.Bank(directory) as bank:
                await keep(bank, lambda: clock(directory.name))
        except held.AlreadyRunning:
            log.debug("another process has the sandbox bank", directory=str(directory))
        except Exception as error:  # whatever it was: the others go on, and so does this
            log.warning("a sandbox bank failed, and is tried again", error=repr(error))
        await asyncio.sleep(RETRY_SECONDS)


async def _turn(bank: bank_.Bank, clock: Clock) -> None:
    due = bank.next_due()
    if due is None and not bank.has_arrivals():
        return  # nobody is asked for the time
    now = await clock()
    if bank.has_arrivals() or (due is not None and due <= now):
        await _finish(asyncio.to_thread(bank.advance, now))


async def _finish(work: Awaitable[object]) -> None:
    """Wait for what cannot be broken off, even when this is: the bank must not be closed under
    it."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await task
        raise
