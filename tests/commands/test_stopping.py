"""A signal stops a command, wherever it comes: before anything runs, while it does, or twice."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from culm.commands import stopping


class Last:
    """Somebody asks for the stop while this is let go of: what a finaliser raises, Python drops."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(100):  # so that the handler runs in here
            pass


async def run(signals: stopping.Signals) -> None:
    signals.cancel(asyncio.current_task())
    await asyncio.sleep(30)
    raise AssertionError("nobody has stopped it")


def test_a_signal_before_anything_runs_leaves_at_once() -> None:
    reached = False
    with stopping.signals():
        os.kill(os.getpid(), signal.SIGTERM)
        reached = True
    assert not reached


def test_a_signal_while_it_runs_cancels_it() -> None:
    with stopping.signals() as signals:

        async def body() -> None:
            asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
            await run(signals)

        asyncio.run(body())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_that_python_drops_is_remembered() -> None:
    with stopping.signals() as signals:
        last = Last()
        del last
        asyncio.run(asyncio.wait_for(run(signals), 10))
