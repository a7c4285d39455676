"""Killing processes on purpose, again and again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

PAUSE_SECONDS: Final = (0.3, 0.9)
"""Between two kills."""


def kill(pid: int) -> bool:
    """SIGKILL; whether there was such a process."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def children(pid: int) -> list[int]:
    """The pids of a process's children; only Linux tells."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]
    return []


def kill_child(pid: int, chance: random.Random) -> bool:
    """SIGKILL some child of a process; of the postmaster: a backend, the WAL writer, ..."""
    found = children(pid)
    chance.shuffle(found)
    return any(kill(child) for child in found)


async def again_and_again(
    kinds: Mapping[str, Callable[[], bool]],
    revive: Callable[[], None],
    *,
    chance: random.Random,
    seconds: float,
) -> dict[str, int]:
    """Kill until the time is over, each kind of victim once in any case, and have them brought
    back; how many of each were killed."""
    kills = dict.fromkeys(kinds, 0)
    due = chance.sample(list(kinds), len(kinds))
    until = time.monotonic() + seconds
    while due or time.monotonic() < until:
        victim = due.pop() if due else chance.choice(list(kinds))
        kills[victim] += kinds[victim]()
        await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
        await asyncio.to_thread(revive)
    return kills
