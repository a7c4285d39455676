"""The processes of the embedded PostgreSQL: to recognise them, to await them, to stop them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from culm.kernel import processes

FAST_STOP_LIMIT_SECONDS = 60.0  # a shutdown ends with a checkpoint
IMMEDIATE_STOP_LIMIT_SECONDS = 15.0  # the postmaster itself kills what has not gone in 5
KILL_LIMIT_SECONDS = 5.0
ASK_SECONDS = 0.5  # until a shutdown is asked for again

_PROC = Path("/proc")
_WORK = (": startup", ": walwriter")
"""What their titles say (PostgreSQL's src/backend/utils/init/miscinit.c)."""
_PID_LINE, _STATUS_LINE = 0, 7  # of postmaster.pid: PostgreSQL's src/include/utils/pidfile.h

_STOPS = (
    (signal.SIGINT, FAST_STOP_LIMIT_SECONDS),  # fast: roll back, write everything, go
    (signal.SIGQUIT, IMMEDIATE_STOP_LIMIT_SECONDS),  # immediate: as if the power had failed
    (signal.SIGKILL, KILL_LIMIT_SECONDS),
)


def is_ready(cluster: Path, pid: int) -> bool:
    """Whether this postmaster has finished recovery and takes connections."""
    lines = _pid_file(cluster)
    return (
        len(lines) > _STATUS_LINE
        and lines[_PID_LINE] == str(pid)
        and lines[_STATUS_LINE].strip() == "ready"
    )


def named_pid(cluster: Path) -> int | None:
    """The pid that the cluster's postmaster.pid names, whoever has that pid by now."""
    lines = _pid_file(cluster)
    return int(lines[_PID_LINE]) if lines and lines[_PID_LINE].isdigit() else None


def serves(pid: int, cluster: Path) -> bool:
    """Whether this process, zombies excepted, is a PostgreSQL at work on this cluster."""
    if _PROC.joinpath("self").exists():
        return _executable(pid) == "postgres" and _is_working_directory(pid, cluster)
    shown = processes.command_line(pid)
    return "postgres" in shown and f"-D {cluster}" in shown


class Idleness:
    """How long a postmaster has had neither a process that recovers nor one that writes the log.

    When the process that recovers from a crash is killed itself, PostgreSQL 18 waits for it for
    ever, and refuses everybody meanwhile.
    """

    def __init__(self) -> None:
        self._pid = -1
        self._since = 0.0

    def seconds(self, postmaster: int) -> float:
        """By what was seen whenever this was asked."""
        now = time.monotonic()
        if postmaster != self._pid or _is_at_work(postmaster):
            self._pid, self._since = postmaster, now
        return now - self._since


def stop(pid: int, is_running: Callable[[], bool], *, at_once: bool = False) -> None:
    """Stops a postmaster, each time less gently; returns when it is gone or cannot be stopped. One
    that would not hear of a shutdown is stopped `at_once`, as if the power had failed.

    Each is asked again and again: one that has only just been started may not hear it yet, where
    whoever started us ignores the signal, as a shell does for what it runs in the background.
    """
    for number, limit_seconds in _STOPS[at_once:]:
        deadline = time.monotonic() + limit_seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            if processes.wait_until(lambda: not is_running(), ASK_SECONDS):
                return


def quit_leftovers(cluster: Path) -> None:
    """Sends home the children of a killed postmaster that have not noticed yet.

    A busy backend notices its postmaster's death only when it next waits for something, and until
    then no new postmaster may start. Only Linux lets us find them; elsewhere they go in their time.
    """
    for pid in _pids():
        if serves(pid, cluster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)


def _is_at_work(postmaster: int) -> bool:
    """Only Linux tells; elsewhere it is taken for granted."""
    try:
        text = _PROC.joinpath(f"{postmaster}/task/{postmaster}/children").read_text()
    except OSError:
        return True
    titles = (processes.command_line(int(pid)) for pid in text.split())
    return any(work in title for title in titles for work in _WORK)


def _pid_file(cluster: Path) -> list[str]:
    with contextlib.suppress(FileNotFoundError):
        return cluster.joinpath("postmaster.pid").read_text(encoding="utf-8").splitlines()
    return []


def _pids() -> Iterator[int]:
    if _PROC.is_dir():
        yield from (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _executable(pid: int) -> str | None:
    try:
        path = _PROC.joinpath(str(pid), "exe").readlink()
    except OSError:  # gone, a zombie, or not ours to ask about
        return None
    return path.name.removesuffix(" (deleted)")  # as Linux marks one that was upgraded since


def _is_working_directory(pid: int, cluster: Path) -> bool:
    with contextlib.suppress(OSError):
        return _PROC.joinpath(str(pid), "cwd").samefile(cluster)
    return False
