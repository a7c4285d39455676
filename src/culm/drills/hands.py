"""`culm work` in processes of a drill: started, killed, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

STOP_LIMIT_SECONDS: Final = 60.0
WORDS_SHOWN: Final = 300

ASTRAY: Final = ("[migration_failed]", "[unavailable]")
"""What a process may end with that was started while the database was away."""


class Hand:
    """One place for a `culm work --only ...`, in which one process follows the other."""

    def __init__(self, only: Sequence[str], *, data_dir: Path, log: Path, url: str) -> None:
        self.strange: list[str] = []
        self._arguments = [part for name in only for part in ("--only", name)]
        self._data_dir = data_dir
        self._log = log
        self._environment = {**os.environ, "CULM_DATABASE_URL": url}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, settings: Mapping[str, str]) -> None:
        """See to it that a process is at work."""
        if self._process is not None and self._process.poll() is None:
            return
        if self._process is not None and self._process.returncode != -signal.SIGKILL:
            said = self._log.read_text(errors="replace")[-WORDS_SHOWN:].strip()
            if not said.endswith(ASTRAY):
                self.strange.append(f"culm work ended with {self._process.returncode}: {said}")
        program = [sys.executable, "-m", "culm", "--data-dir", str(self._data_dir), "work"]
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
            self.strange += [f"culm work ended with {code}"] if code else []
        except subprocess.TimeoutExpired:
            self.strange.append("culm work did not end")
            self.kill()
