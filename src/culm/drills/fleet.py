"""The platform's processes of a drill: started, killed, and asked how each of them ended."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

PROCESSES: Final = 2
STOP_LIMIT_SECONDS: Final = 60.0
WORDS_SHOWN: Final = 300
"""Characters of what a process said last that are told of it."""


class Life:
    """One process, from its start to its end. Its journal and what it says have files of their own;
    its input is a pipe that ends with us, and so does the process then."""

    def __init__(self, number: int, url: str, directory: Path, seed: str) -> None:
        self.name = f"{number:04}"
        self.journal = directory / f"{self.name}.journal"
        self.log = directory / f"{self.name}.log"
        self._sent: set[int] = set()
        program = [sys.executable, "-m", "culm.drills.load"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*program, url, str(self.journal), seed, str(directory.parent)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def send(self, signal_: signal.Signals) -> None:
        """Send a signal, and remember that it was us."""
        self._sent.add(signal_)
        self.process.send_signal(signal_)

    @property
    def strange(self) -> str | None:
        """What is to be said of its end, if that was neither ours nor a clean one."""
        code = self.process.poll()
        if not code or -code in self._sent:
            return None
        said = self.log.read_text(errors="replace").strip()
        return f"{self.name} ended with {code}: {said[-WORDS_SHOWN:]}"


class Fleet:
    """So many processes at a time; one that has ended is followed by another."""

    def __init__(self, url: str, directory: Path, chance: random.Random) -> None:
        self.hung: list[str] = []
        self._url = url
        self._directory = directory
        self._chance = chance
        self._lives: list[Life] = []

    @property
    def strange(self) -> list[str]:
        """Every end of a process that was neither a kill of ours nor a clean one."""
        return [said for life in self._lives if (said := life.strange) is not None]

    def start(self) -> None:
        """Bring the fleet up to its number."""
        for _ in range(PROCESSES - len(self._alive())):
            seed = f"{self._chance.getrandbits(32):08x}"
            self._lives.append(Life(len(self._lives) + 1, self._url, self._directory, seed))

    def kill_one(self) -> bool:
        """SIGKILL one of the processes; whether there was one."""
        alive = self._alive()
        if alive:
            self._chance.choice(alive).send(signal.SIGKILL)
        return bool(alive)

    def kill_all(self) -> bool:
        """SIGKILL all of them; whether there were any."""
        alive = self._alive()
        for life in alive:
            life.send(signal.SIGKILL)
        return bool(alive)

    def stop(self) -> None:
        """Let all of them finish what they do; who does not is noted, and killed."""
        alive = self._alive()
        for life in alive:
            life.send(signal.SIGTERM)
        for life in alive:
            try:
                life.process.wait(timeout=STOP_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                self.hung.append(f"{life.name} did not end in {STOP_LIMIT_SECONDS:g} s")
                life.send(signal.SIGKILL)
        self.bury()

    def bury(self) -> None:
        """Kill whatever is left, and wait for every process."""
        for life in self._lives:
            if life.process.poll() is None:
                life.send(signal.SIGKILL)
            life.process.wait()
            if life.process.stdin is not None:
                life.process.stdin.close()

    def _alive(self) -> list[Life]:
        return [life for life in self._lives if life.process.poll() is None]
