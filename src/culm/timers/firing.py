"""The loop that fires what is due: it looks, and asks the Book. Nothing is decided here.

Any number of processes may do it at once. What one of them has fired, the others find fired; so a
process that dies half-way, or is told nothing of what became of it, only looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

import msgspec
import structlog

from culm.facts import bell as bell_
from culm.kernel import clock, errors
from culm.timers import commands, reads
from culm.timers.decisions.firing import ACTOR

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
"""How long the loop sleeps at most: what it was not woken for is found by then."""

PAUSE_SECONDS: Final = 0.05
"""How long it rests after a look, however often it is woken."""

MAX_BYTES: Final = 262_144
"""Of the commands that are decided at once; a larger one is decided by itself."""

_PASSING: Final = (errors.Busy, errors.Unavailable, errors.OutcomeUnknown)
"""What says nothing about a timer: it is tried again later."""


class Platform(Protocol):
    """What firing needs of the platform."""

    @property
    def db(self) -> reads.Database:
        """Connections for reads."""

    @property
    def clock(self) -> clock.Clock:
        """The real time."""

    async def submit(self, command: msgspec.Struct, *, tenant: str, actor: str) -> Any:
        """Have a command decided by the Book of its tenant; the result, once it is durable."""


async def run(platform: Platform, partition: int, bell: bell_.Bell) -> None:
    """Fire what is due on a partition until cancelled. `bell` rings when something was committed:
    timers may have been set that are due soon."""
    while True:
        rung, seconds = bell.rung, LOOK_SECONDS
        try:
            if await fire_due(platform, partition):
                continue
            seconds = await _until_next(platform, partition)
        except Exception as error:
            log.warning("timers cannot be fired", partition=partition, error=repr(error))
        await asyncio.sleep(min(seconds, PAUSE_SECONDS))
        await bell.wait(rung, seconds)


async def fire_due(platform: Platform, partition: int) -> int:
    """Fire what is due now, as much as one look finds; how many have fired, and clocks have come
    to where they were going."""
    due = await reads.due(
        platform.db, partition=partition, now=platform.clock(), limit=commands.MAX_FIRINGS
    )
    clocks = await reads.clocks_to_run(platform.db, partition=partition)
    work = [_fire_all(platform, tenant, timers) for tenant, timers in due]
    work += [_run_clock(platform, partition, tenant) for tenant in clocks]
    return sum(await asyncio.gather(*map(_apart, work)))


async def _apart(work: Coroutine[Any, Any, int]) -> int:
    """What goes wrong for one tenant does not stop the others."""
    try:
        return await work
    except Exception as error:  # whatever it was, timers are late rather than lost
        log.warning("timers of a tenant cannot be fired", error=repr(error))
        return 0


async def _until_next(platform: Platform, partition: int) -> float:
    due = await reads.next_due(platform.db, partition=partition)
    left = LOOK_SECONDS if due is None else (due - platform.clock()).total_seconds()
    return min(max(left, 0.0), LOOK_SECONDS)


def _chunks(timers: Iterable[reads.Due]) -> Iterator[list[str]]:
    """As many timers together as one command may decide."""
    chunk, size = list[str](), 0
    for timer in timers:
        if chunk and size + timer.size > MAX_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(timer.id)
        size += timer.size
    if chunk:
        yield chunk


async def _fire_all(platform: Platform, tenant: str, timers: Iterable[reads.Due]) -> int:
    return sum([await _fire(platform, tenant, chunk) for chunk in _chunks(timers)])


async def _fire(platform: Platform, tenant: str, timers: Sequence[str]) -> int:
    """Fire some timers of a tenant; if that cannot be done, each of them by itself."""
    command = commands.FireTimers(timers=tuple(timers))
    try:
        return _count(await platform.submit(command, tenant=tenant, actor=ACTOR))
    except Exception as error:
        if len(timers) > 1 and not _will_pass(error):
            return sum([await _fire(platform, tenant, [timer]) for timer in timers])
        return await _set_aside(platform, tenant, timers[0], error)


async def _run_clock(platform: Platform, partition: int, tenant: str) -> int:
    way = await reads.on_the_way(
        platform.db, partition=partition, tenant=tenant, limit=commands.MAX_FIRINGS + 1
    )
    first = next(_chunks(way.timers[: commands.MAX_FIRINGS]), [])
    command = commands.RunClock(
        timers=tuple(first), whole=len(first) == len(way.timers), news=way.news
    )
    try:
        return _count(await platform.submit(command, tenant=tenant, actor=ACTOR))
    except Exception as error:
        if len(first) > 1 and not _will_pass(error):
            command = commands.RunClock(timers=tuple(first[:1]), whole=False, news=way.news)
            return _count(await platform.submit(command, tenant=tenant, actor=ACTOR))
        if not first:
            raise
        return await _set_aside(platform, tenant, first[0], error)


def _will_pass(error: Exception) -> bool:
    return type(error) in _PASSING


async def _set_aside(platform: Platform, tenant: str, timer: str, error: Exception) -> int:
    """A timer that cannot be fired, not even by itself, must not hold up the others."""
    if _will_pass(error):
        raise error
    log.error("a timer cannot be fired, and has failed", timer=timer, error=repr(error))
    command = commands.FailTimer(timer=timer)
    return _count(await platform.submit(command, tenant=tenant, actor=ACTOR))


def _count(fired: commands.Fired) -> int:
    for timer, defect in fired.failed.items():
        log.error("the command of a timer failed", timer=timer, defect=defect)
    return fired.fired + fired.reached
