"""How much is being served at once: what is too much is refused before it is looked at, and what
takes too long is given up.

Refusing early is what keeps the rest fast: when more comes than can be done, every request would
otherwise wait in the same long row. Many requests at once are no sign of that, nor is a slow one;
the row is standing when there have been many for a while and not even the fastest was fast (as
CoDel judges a queue, RFC 8289 §3). Commands have a bound of their own: the weight of the Book's
queue.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from time import perf_counter
from typing import Any, Final

from prometheus_client import core

from culm.gateway import limits, refusals
from culm.kernel import errors

ALWAYS: Final = frozenset({"/health", "/ready", "/metrics"})
"""What is asked to find out how things stand is answered however they stand."""

REFUSED: Final = 400


class Load:
    """The requests of a process that are being served.

    Fewer than `crowd` at once are never too many, more than `most` always; between them it is too
    much once even the fastest answer takes more than `seconds`. After `deadline` seconds a request
    is given up.
    """

    def __init__(
        self,
        *,
        crowd: int = limits.CROWD,
        most: int = limits.MAX_SERVING,
        seconds: float = limits.SHED_SECONDS,
        deadline: float = limits.REQUEST_SECONDS,
    ) -> None:
        self._crowd, self._most = crowd, most
        self._seconds, self._deadline = seconds, deadline
        self._serving: dict[asyncio.Task[Any] | None, float] = {}
        self._late: set[asyncio.Task[Any] | None] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._fastest = math.inf
        self._standing = False
        self._shed = 0

    def enter(self) -> asyncio.Task[Any] | None:
        """A request begins; raises `Busy` when it is not to be served. `leave` ends it."""
        now = perf_counter()
        if len(self._serving) >= self._crowd and self._is_too_much(now):
            self._shed += 1
            raise errors.Busy(
                "Too many requests are being served; nothing was done.",
                retry_after_seconds=limits.SHED_RETRY_SECONDS,
            )
        task = asyncio.current_task()
        self._serving[task] = now
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._deadline, self._give_up, loop)
        return task

    def leave(self, task: asyncio.Task[Any] | None, status: int) -> None:
        """A request is over, answered with this status, or with none. What is refused says nothing
        of how long the row is: that may be told at once."""
        took = perf_counter() - self._serving.pop(task)
        if took < self._fastest and 0 < status < REFUSED:
            self._fastest = took

    def given_up(self, task: asyncio.Task[Any] | None) -> refusals.DeadlineExceeded | None:
        """What a request that was given up is told; None for one that was cut off otherwise."""
        if task is None or task not in self._late:
            return None
        self._late.discard(task)
        task.uncancel()
        return refusals.DeadlineExceeded("The request was not answered in time.")

    async def load(self) -> Iterable[core.Metric]:
        """How many requests are being served, and how many were refused since the start."""
        serving = core.GaugeMetricFamily("culm_http_serving", "Requests that are being served.")
        serving.add_metric((), len(self._serving))
        shed = core.CounterMetricFamily("culm_http_shed", "Requests refused as too many.")
        shed.add_metric((), self._shed)
        return serving, shed

    def _is_too_much(self, now: float) -> bool:
        """Judge the last while, once it is over: what was fastest in it tells how long the row is.
        A crowd that has just formed is left alone for as long."""
        gone = now - self._since
        if gone >= self._seconds:
            formed = gone >= 2 * self._seconds  # nobody looked for so long: there was no crowd
            self._standing = not formed and self._fastest > self._seconds
            self._since, self._fastest = now, math.inf
        return self._standing or len(self._serving) >= self._most

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up the requests whose time is over. They stand in the order in which they came."""
        self._timer = None
        now = perf_counter()
        for task, began in self._serving.items():
            left = began + self._deadline - now
            if left > 0:
                self._timer = loop.call_later(left, self._give_up, loop)
                return
            if task is not None and task not in self._late:
                self._late.add(task)
                task.cancel()
