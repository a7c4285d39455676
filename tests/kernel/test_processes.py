"""Processes that are started are known, whatever comes meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from culm.commands import stopping
from culm.kernel import processes


@contextmanager
def asking(asked: signal.Signals) -> Iterator[None]:
    """The signal asks for a stop, as it does in commands."""

    def react(_number: int, _frame: FrameType | None) -> None:
        raise stopping.Stopped

    before = signal.signal(asked, react)
    try:
        yield
    finally:
        signal.signal(asked, before)


@pytest.mark.parametrize("asked", stopping.SIGNALS)
def test_a_stop_waits_for_what_must_not_be_disturbed(asked: signal.Signals) -> None:
    started: list[str] = []

    def work() -> None:
        os.kill(os.getpid(), asked)
        started.append("a process")

    with pytest.raises(stopping.Stopped), asking(asked):
        processes.undisturbed(work)
    assert started == ["a process"]


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert processes.undisturbed(lambda: os.kill(os.getpid(), signal.SIGHUP)) is None
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_as_before_whatever_the_work_does() -> None:
    def react(_number: int, _frame: FrameType | None) -> None: ...

    before = signal.signal(signal.SIGTERM, react)
    try:
        with pytest.raises(ZeroDivisionError):
            processes.undisturbed(lambda: 1 // 0)
        assert signal.getsignal(signal.SIGTERM) is react
    finally:
        signal.signal(signal.SIGTERM, before)


def test_threads_other_than_the_first_do_their_work_too() -> None:
    found: list[str] = []
    thread = threading.Thread(target=lambda: processes.undisturbed(lambda: found.append("done")))
    thread.start()
    thread.join()
    assert found == ["done"]
