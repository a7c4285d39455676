"""A directory that one process has to itself, for as long as it lives."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from culm.kernel.errors import CulmError


class AlreadyRunning(CulmError):
    """Another process holds this directory. Nothing was touched."""

    code = "already_running"


def take(directory: Path) -> int:
    """The descriptor that holds the directory until it is closed; children do not inherit it.

    The file `lock` in it names the holder's pid. Raises `AlreadyRunning`, `PermissionError`.
    """
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(lock, 20, 0).decode("ascii", errors="replace").strip()
        os.close(lock)
        raise AlreadyRunning(
            f"The directory {directory} is in use by process {holder or 'unknown'}."
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock
