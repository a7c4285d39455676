"""Work that may take so long, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T] | asyncio.Task[T]) -> T:
    """What the work returns; when it is not done in time it is cancelled. Raises `TimeoutError`.

    Unlike `asyncio.wait_for` this does not wait until what was cancelled has gone: on a database
    that hangs, cleaning up hangs as well.
    """
    task = work if isinstance(work, asyncio.Task) else asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.add_done_callback(_forget)
            task.cancel()
    if task.done():
        return task.result()
    raise TimeoutError


def _forget(task: asyncio.Task[Any]) -> None:
    """Nobody waits any more for what became of it; asked or not, asyncio would log an error."""
    if not task.cancelled():
        task.exception()
