"""Processes of the machine, ours and others': whether they are there, and how to wait for them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

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
    """What the work returns. It is done to its end, in a thread of its own, whatever the handler of
    a signal raises here meanwhile: so that who starts a process also knows which it has to stop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()
