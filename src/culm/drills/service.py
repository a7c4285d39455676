"""The whole service under the drill: `culm up` with its own PostgreSQL, killed with SIGKILL and
started again, while clients post to it over HTTP."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from culm.access import keeping
from culm.drills import load
from culm.kernel import embedded

CLIENTS: Final = 3
STOP_LIMIT_SECONDS: Final = 90.0
TIMEOUT_SECONDS: Final = 15.0
PATHS: Final = {False: "/v1/ledger/transactions", True: "/v1/ledger/transactions/bulk"}
"""By whether it is a bulk."""


class Service:
    """`culm up` on a data directory, on a free port of each start's own."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self.address = ""
        self.operator = ""
        self.strange: list[str] = []
        self._data_dir = data_dir
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it says where it listens."""
        program = [sys.executable, "-m", "culm", "--data-dir", str(self._data_dir)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*program, "up", "--port", "0"], stdout=subprocess.PIPE, stderr=log, text=True
            )
        for line in self._process.stdout or ():
            if line.startswith("API "):
                self.address = urlsplit(line.split()[1]).netloc
            if "Ctrl-C" in line:
                self.operator = keeping.of(self._data_dir / "keys").operator
                return
        self.strange.append(f"culm up did not start: {self._log.read_text()[-300:]}")

    def kill(self) -> bool:
        """SIGKILL; its PostgreSQL stays behind until the next start. Whether it was running."""
        if self._process is None or self._process.poll() is not None:
            self.strange.append(f"culm up had ended: {self._log.read_text()[-300:]}")
            return False
        self._process.kill()
        self._forget()
        return True

    def stop(self) -> None:
        """SIGTERM, and what it leaves behind is stopped too."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                code = self._process.wait(timeout=STOP_LIMIT_SECONDS)
                self.strange += [f"culm up ended with {code}"] if code else []
            except subprocess.TimeoutExpired:
                self.strange.append("culm up did not end")
                self._process.kill()
            self._forget()
        embedded.Server.start(self._data_dir).stop()  # an orphan is found and stopped first

    def _forget(self) -> None:
        if self._process is not None:
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None


@contextmanager
def clients(service: Service, directory: Path, seed: str) -> Iterator[None]:
    """Clients that post until the block ends, each with a journal of its own."""
    over = threading.Event()
    threads = [
        threading.Thread(target=_post, args=(service, directory, f"{seed}-up{number}", over))
        for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _post(service: Service, directory: Path, name: str, over: threading.Event) -> None:
    """One thing after the other, asked again under its key until it is answered."""
    journal = load.Journal(str(directory / f"{name}.journal"))
    number = 0
    while not over.is_set():
        number += 1
        key, size = f"{name}-{number}", load.BULK if number % 10 == 0 else 1
        journal.note("sent", key, size)
        while not over.is_set():
            status = _ask(service, key, size)
            if status is not None and status < http.client.BAD_REQUEST:
                journal.note("done", key, size)
                break
            if status not in (None, http.client.CONFLICT, http.client.SERVICE_UNAVAILABLE):
                service.strange.append(f"{key} was answered with {status}")
                return
            time.sleep(load.RETRY_SECONDS)


def _ask(service: Service, key: str, size: int) -> int | None:
    """The status of the answer; None when there was none."""
    connection = http.client.HTTPConnection(service.address, timeout=TIMEOUT_SECONDS)
    try:
        headers = {
            "Authorization": f"Bearer {service.operator}",
            "Content-Type": "application/json",
            "Culm-Tenant": load.TENANT,
            "Idempotency-Key": key,
        }
        body = msgspec.json.encode(load.command(key, size))
        connection.request("POST", PATHS[size > 1], body, headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return response.status
