"""Processes of the machine, ours and others': whether they are there, and how to wait for them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.02

_PROC = Path("/proc")


def exists(pid: int) -> bool:
    """Whether anything has this pid."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def command_line(pid: int) -> str:
    """What a process was started with; empty where there is none, or only a zombie."""
    if _PROC.joinpath("self").exists():
        try:
            return (
                _PROC.joinpath(str(pid), "cmdline").read_text(errors="replace").replace("\0", " ")
            )
        except OSError:
            return ""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def wait_until(condition: Callable[[], bool], limit_seconds: float) -> bool:
    """Polls until the condition holds; False when the limit came first."""
    deadline = time.monotonic() + limit_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def undisturbed(work: Callable[[], T]) -> T:
    """What the work returns. What a handler of a signal would raise meanwhile, it raises after it:
    so that who starts a process also knows which it has to stop."""
    if threading.current_thread() is not threading.main_thread():
        return work()  # handlers run in the main thread only
    came: list[int] = []
    before: dict[int, Callable[[int, FrameType | None], Any]] = {}
    try:
        for number in signal.valid_signals():
            if callable(handler := signal.getsignal(number)):
                before[number] = handler
                signal.signal(number, lambda number, _frame: came.append(number))
        return work()
    finally:
        for asked, handler in before.items():
            signal.signal(asked, handler)
        for asked in came:
            signal.raise_signal(asked)
