"""`culm up`, as somebody at a terminal sees it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from culm.kernel import embedded

START_LIMIT_SECONDS = 60.0


class Up:
    """A running `culm up`."""

    def __init__(self, process: subprocess.Popen[str], printed: list[str]) -> None:
        self.process = process
        self.printed = printed
        match = re.search(r"http://\S+", "\n".join(printed))
        assert match is not None, printed
        self.url = match[0]

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """The decoded answer of the API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def last_words(self) -> str:
        """The last line that it printed."""
        assert self.process.stdout is not None
        return self.process.stdout.read().strip().splitlines()[-1]

    def stop(self, how: signal.Signals) -> int:
        """Send a signal; the exit status."""
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


@contextmanager
def up(data: Path, **environment: str) -> Iterator[Up]:
    """`culm up` on a free port, in its own process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "culm", "--data-dir", str(data), "up", "--port", "0"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed: list[str] = []
    deadline = time.monotonic() + START_LIMIT_SECONDS
    try:
        while not (printed and "Ctrl-C" in printed[-1]):
            assert time.monotonic() < deadline, printed
            line = process.stdout.readline()
            assert line, printed
            printed.append(line)
        yield Up(process, printed)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_serves_stops_cleanly_and_keeps_its_books_over_a_restart(tmp_path: Path) -> None:
    with up(tmp_path) as first:
        assert "loopback only" in first.printed[0]
        assert first.call("GET", "/health")
        assert first.call("GET", "/ready")
        first.call("POST", "/v1/ledger/tenants", {"name": "Default"})
        opened = first.call(
            "POST", "/v1/ledger/accounts", {"code": "assets:bank", "currency": "EUR"}
        )
        assert first.stop(signal.SIGTERM) == 0
    with up(tmp_path) as second:
        found = second.call("GET", f"/v1/ledger/accounts/{opened['id']}")
        assert found["code"] == "assets:bank"
        assert second.stop(signal.SIGINT) == 0
        assert second.last_words() == "stopped"


def test_a_second_start_on_the_same_data_is_refused_with_a_clear_message(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        second = subprocess.run(
            [sys.executable, "-m", "culm", "--data-dir", str(tmp_path), "up"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 1
        assert str(tmp_path) in second.stderr
        assert str(running.process.pid) in second.stderr
        assert "Traceback" not in second.stderr


def test_another_postgresql_is_used_when_its_url_is_given(
    tmp_path: Path, server: embedded.Server
) -> None:
    url = server.url_for("postgres", "elsewhere")
    with up(tmp_path, CULM_DATABASE_URL=url) as running:
        running.call("POST", "/v1/ledger/tenants", {"name": "Default"})
        assert not (tmp_path / "postgres").exists()
        assert running.stop(signal.SIGTERM) == 0


def test_the_postgresql_below_may_be_killed(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        running.call("POST", "/v1/ledger/tenants", {"name": "Default"})
        postmaster = int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        opened = _until_served(
            running, {"code": "assets:bank", "currency": "EUR"}, "opened-after-the-kill"
        )
        assert opened["code"] == "assets:bank"
        assert running.stop(signal.SIGTERM) == 0


def _until_served(running: Up, body: object, key: str) -> Any:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            return running.call("POST", "/v1/ledger/accounts", body, Idempotency_Key=key)
        except urllib.error.HTTPError as error:
            if error.code not in (409, 503) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])
def test_it_listens_on_loopback_only_until_there_is_authentication(
    tmp_path: Path, host: str
) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "culm", "--data-dir", str(tmp_path), "up"],
        env={**os.environ, "CULM_HOST": host},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert "not_loopback" in refused.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_port_that_is_taken_is_named(tmp_path: Path, server: embedded.Server) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "culm", "--data-dir", str(tmp_path), "up", "--port", str(port)],
            env={**os.environ, "CULM_DATABASE_URL": server.url_for("postgres", "port_taken")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert refused.returncode == 1
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "port_taken" in refused.stderr
