"""Ctrl-C, SIGTERM and SIGHUP, from the first moment of a command to its last."""

from __future__ import annotations

import asyncio
import functools
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

HURRY_SECONDS: Final = 0.05
"""How long each step of a stop may take, once somebody has asked for it a second time."""


class Stopped(BaseException):
    """Somebody asked for the stop. Not an `Exception`: nothing but a way out may catch it."""


class Signals:
    """What the three signals do at present."""

    def __init__(self) -> None:
        self._react: Callable[[], None] = self._leave
        self._left = False
        self._asked = False

    def cancel(self, task: asyncio.Task[Any] | None) -> None:
        """From now on a signal cancels this task of the running loop, and a second one cancels it
        again and again, whatever it waits for, until it has ended; then signals do nothing."""
        loop = asyncio.get_running_loop()

        def cancel(*, again: bool) -> None:
            if task is not None and not task.done():
                task.cancel()
                if again:
                    loop.call_later(HURRY_SECONDS, functools.partial(cancel, again=True))

        def received() -> None:
            if task is not None and not task.done():
                loop.call_soon_threadsafe(functools.partial(cancel, again=self._asked))
                self._asked = True

        self._react = received
        if self._left:
            received()

    def _leave(self) -> None:
        # What is started by now is stopped on the way out: let it. Where the exception comes out in
        # a finaliser, Python drops it and goes on; then `cancel` remembers.
        self._react = _ignore
        self._left = True
        raise Stopped

    def _received(self, _number: int, _frame: object) -> None:
        self._react()


@contextmanager
def signals() -> Iterator[Signals]:
    """The signals in our hands, until the block ends: each leaves it, by way of the context
    managers inside, so that nothing that they have started is left running."""
    ours = Signals()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    if before[signal.SIGHUP] is signal.SIG_IGN:
        del before[signal.SIGHUP]  # nohup
    for number in before:
        signal.signal(number, ours._received)
    try:
        with suppress(Stopped, asyncio.CancelledError):
            yield ours
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore() -> None:
    """Ask as often as you like."""
