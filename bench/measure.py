"""What is measured, and how a figure is compared with the yardstick."""

from __future__ import annotations

import os
import platform
import resource
from pathlib import Path

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One figure of the table. `least` or `most` is what it must reach, in its own unit."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether it is where it must be; the ratio counts where there is one."""
        judged = self.value if self.ratio is None else self.ratio
        if self.least is not None and judged < self.least:
            return False
        return self.most is None or judged <= self.most


def peak_megabytes() -> float:
    """The most memory that this process has held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_megabytes_of(pid: int) -> float:
    """The most memory that another process has held at once (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": model,
        "cores": os.cpu_count() or 0,
        "memory_gib": round(pages / 2**30),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
