"""The processes of an embedded PostgreSQL, for tests that stop some of them."""

from __future__ import annotations

import subprocess
from pathlib import Path


def processes_of(data: Path) -> list[int]:
    """The postmaster of a data directory and its children."""
    postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [postmaster, *(int(pid) for pid, parent in pairs if int(parent) == postmaster)]
