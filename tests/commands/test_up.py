"""`culm up`, as somebody at a terminal sees it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from culm import client as culm
from culm.gateway import connections
from culm.kernel import embedded
from tests.processes import processes_of

START_LIMIT_SECONDS = 60.0

T = TypeVar("T")


class Up:
    """A running `culm up`."""

    def __init__(self, process: subprocess.Popen[str], printed: list[str]) -> None:
        self.process = process
        self.printed = printed
        match = re.search(r"http://\S+", "\n".join(printed))
        assert match is not None, printed
        self.url = match[0]
        kept = next(line.split(maxsplit=1)[1] for line in printed if line.startswith("operator "))
        self.operator = Path(kept.strip()).read_text().strip()

    def client(self, tenant: str | None = None, **more: Any) -> culm.Client:
        """The operator's client, which tries once unless it is told to be patient."""
        patience: dict[str, Any] = {"retries": culm.NEVER, "timeout_seconds": 10} | more
        return culm.Client(self.operator, url=self.url, tenant=tenant, **patience)

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
        process.terminate()  # killed, it would leave its PostgreSQL to the next start
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_serves_stops_cleanly_and_keeps_its_books_over_a_restart(tmp_path: Path) -> None:
    with up(tmp_path) as first:
        client = first.client()
        assert client.health().status == "ok"
        assert client.ready().status == "ready"
        client.ledger.tenants.create(name="Default")
        opened = client.ledger.accounts.open(code="assets:bank", currency="EUR")
        assert first.stop(signal.SIGTERM) == 0
    with up(tmp_path) as second:
        assert second.client().ledger.accounts.get(opened.id) == opened
        assert second.stop(signal.SIGINT) == 0
        assert second.last_words() == "stopped"


def test_what_came_due_while_nothing_ran_is_done_after_the_start(tmp_path: Path) -> None:
    """A hold expires, and a tenant's virtual clock goes on, by timers that fire behind the API."""
    bank, ann = "assets:bank", "liabilities:ann"
    with up(tmp_path) as first:
        live, box = first.client("default").ledger, first.client("box").ledger
        live.tenants.create(name="Default")
        box.tenants.create(name="Box", sandbox=True, clock=datetime(2030, 1, 1, tzinfo=UTC))
        for code in (bank, ann):
            live.accounts.open(code=code, currency="EUR")
        soon = datetime.now(UTC) + timedelta(seconds=1)
        placed = live.holds.place(debit=bank, credit=ann, amount=5, expires=soon)
        first.process.kill()
        first.process.wait()
    with up(tmp_path) as second:
        clock, to = second.client("box").clock, datetime(2030, 2, 1, tzinfo=UTC)
        clock.advance(to=to)
        holds = second.client("default").ledger.holds
        expired = becomes(lambda: holds.get(placed.id), lambda hold: hold.state == "expired")
        assert expired.remaining == 0
        assert becomes(clock.get, lambda found: found.target is None).now == to


def becomes(read: Callable[[], T], hoped: Callable[[T], bool]) -> T:
    """What is read, once it is as hoped."""
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while not hoped(found := read()):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


@contextmanager
def unfinished(running: Up, sent: bytes) -> Iterator[socket.socket]:
    """A connection on which something was sent, and on which nothing is read."""
    host, _, port = running.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(sent)
        time.sleep(0.3)  # until the platform has begun with it
        yield connection


def post(running: Up, path: str, body: bytes, *, length: int = 0) -> bytes:
    """A request of the operator, or the beginning of one with a longer body."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {running.operator}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
    )
    return head.encode() + body


def half_a_body(running: Up) -> bytes:
    """A request whose end is waited for."""
    return post(running, "/v1/ledger/tenants", b'{"name":', length=500)


MUCH_TO_READ = b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500


def test_callers_that_never_end_do_not_hold_up_the_stop(tmp_path: Path) -> None:
    with (
        up(tmp_path) as running,
        unfinished(running, half_a_body(running)),
        unfinished(running, MUCH_TO_READ),
    ):
        assert running.stop(signal.SIGTERM) == 0
        assert running.last_words() == "stopped"
    assert_nothing_is_left(tmp_path)


def test_a_second_signal_does_not_wait_for_callers(tmp_path: Path, server: embedded.Server) -> None:
    url = server.url_for("postgres", "hurried")
    with up(tmp_path, CULM_DATABASE_URL=url) as running, unfinished(running, half_a_body(running)):
        running.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert running.process.poll() is None
        began = time.monotonic()
        assert running.stop(signal.SIGINT) == 0
        assert time.monotonic() - began < connections.STOP_SECONDS - 1


def test_a_database_that_hangs_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    with (
        embedded.Server.start(tmp_path / "server", settings={"fsync": "off"}) as server,
        up(tmp_path, CULM_DATABASE_URL=server.url) as running,
    ):
        running.client().ledger.tenants.create(name="Default")
        pids = processes_of(tmp_path / "server")
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        opening = post(
            running, "/v1/ledger/accounts", b'{"code": "assets:bank", "currency": "EUR"}'
        )
        try:
            with unfinished(running, opening):
                assert running.stop(signal.SIGTERM) == 0
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


def test_a_hangup_stops_it_cleanly(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        assert running.stop(signal.SIGHUP) == 0
        assert running.last_words() == "stopped"
    assert_nothing_is_left(tmp_path)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("when", ["postgres.partial", "postgres/postmaster.pid"])
def test_a_stop_during_the_start_leaves_nothing_behind(
    tmp_path: Path, how: signal.Signals, when: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "culm", "--data-dir", str(tmp_path), "up", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as starting:
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not (tmp_path / when).exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        starting.send_signal(how)
        said, _ = starting.communicate(timeout=60)
    assert starting.returncode == 0, said
    assert "Traceback" not in said
    assert_nothing_is_left(tmp_path)


def assert_nothing_is_left(data: Path) -> None:
    """No PostgreSQL is at work on the data directory, and nobody holds it."""
    assert not (data / "postgres" / "postmaster.pid").exists()
    with embedded.Server.start(data):
        pass


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
    url = server.url_for("postgres", "elsewhere") + "&password=hunter2"
    with up(tmp_path, CULM_DATABASE_URL=url) as running:
        assert "hunter2" not in "".join(running.printed)
        running.client().ledger.tenants.create(name="Default")
        assert not (tmp_path / "postgres").exists()
        assert running.stop(signal.SIGTERM) == 0


def test_the_postgresql_below_may_be_killed(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        running.client().ledger.tenants.create(name="Default")
        postmaster = int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        patient = running.client(retries=culm.Retries(times=100, longest_seconds=2))
        opened = patient.ledger.accounts.open(code="assets:bank", currency="EUR")
        assert opened.code == "assets:bank"
        assert running.stop(signal.SIGTERM) == 0


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
