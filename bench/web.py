"""A platform that is served: `culm up` or `culm serve`, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import measure
from culm import client
from culm.access import keeping, types
from culm.client import types as types_

START_LIMIT_SECONDS: Final = 30.0

RATE: Final = types_.RateRequest(per_second=types.MAX_PER_SECOND, burst=types.MAX_BURST)
"""Of the keys that are measured: as fast as any may be."""


@dataclass(frozen=True)
class Served:
    """A platform that is served."""

    port: int
    pid: int
    keys: Path

    def operator(self, tenant: str) -> client.Client:
        """The API, for the operator in the name of a tenant."""
        operator = keeping.of(self.keys).operator
        return client.Client(operator, url=f"http://127.0.0.1:{self.port}", tenant=tenant)

    def key(self, tenant: str) -> str:
        """A key of a tenant's that may write as fast as any."""
        with self.operator(tenant) as culm:
            made = culm.keys.create(name="bench", scopes=["write"], rate=RATE)
        if made.secret is None:
            raise RuntimeError("a new key was made without showing it")
        return made.secret

    @property
    def megabytes(self) -> float:
        """The most memory that it has held."""
        return measure.peak_megabytes_of(self.pid)


@contextmanager
def served(how: str, database_url: str, data_dir: Path, port: int) -> Iterator[Served]:
    """`culm up` or `culm serve`, until the block ends."""
    environment = {
        **os.environ,
        "CULM_DATABASE_URL": database_url,
        "CULM_DATA_DIR": str(data_dir / "web"),
        "CULM_WEBHOOK_TARGETS": "any",
    }
    culm = Path(sys.executable).with_name("culm")
    serving = subprocess.Popen(
        [str(culm), how, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield Served(port, serving.pid, data_dir / "web" / "keys")
    finally:
        serving.terminate()
        serving.wait(timeout=60)


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
