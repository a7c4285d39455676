"""Commands of culm in processes of a drill: started, killed, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

STOP_LIMIT_SECONDS: Final = 60.0
STARTING_SECONDS: Final = 10.0
WORDS_SHOWN: Final = 300

ASTRAY: Final = ("[migration_failed]", "[unavailable]")
"""What a process may end with that was started while the database was away."""

UNPREPARED: Final = (-signal.SIGTERM, 128 + signal.SIGTERM)
"""What a process ends with that is asked to stop before it has begun."""


def working(*only: str) -> list[str]:
    """The command to work on this alone."""
    return ["work", *(part for name in only for part in ("--only", name))]


class Hand:
    """One place for a command, in which one process follows the other."""

    def __init__(self, arguments: Sequence[str], *, data_dir: Path, log: Path, url: str) -> None:
        self.strange: list[str] = []
        self._name = f"culm {arguments[0]}"
        self._arguments = arguments
        self._data_dir = data_dir
        self._log = log
        self._environment = {**os.environ, "CULM_DATABASE_URL": url}
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def start(self, settings: Mapping[str, str]) -> None:
        """See to it that a process is at work."""
        if self._process is not None and self._process.poll() is None:
            return
        if self._process is not None and self._process.returncode != -signal.SIGKILL:
            said = self._log.read_text(errors="replace")[-WORDS_SHOWN:].strip()
            if not said.endswith(ASTRAY):
                self.strange.append(f"{self._name} ended with {self._process.returncode}: {said}")
        self._started = time.monotonic()
        program = [sys.executable, "-m", "culm", "--data-dir", str(self._data_dir)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*program, *self._arguments],
                env={**self._environment, **settings},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> bool:
        """SIGKILL; whether it was running."""
        if self._process is None or self._process.poll() is not None:
            return False
        self._process.kill()
        self._process.wait()
        return True

    def stop(self) -> None:
        """SIGTERM; who does not end is noted, and killed."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(timeout=STOP_LIMIT_SECONDS)
            if code and not (code in UNPREPARED and self._age_seconds < STARTING_SECONDS):
                self.strange.append(f"{self._name} ended with {code}")
        except subprocess.TimeoutExpired:
            self.strange.append(f"{self._name} did not end")
            self.kill()

    @property
    def _age_seconds(self) -> float:
        return time.monotonic() - self._started
