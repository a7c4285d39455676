"""`culm serve` and `culm work`: the API and the work behind it in processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import nats
import pytest

from culm.facts import stream
from culm.kernel import embedded, nats_server
from tests.commands.test_up import Up

PATIENCE_SECONDS = 60.0


class Place:
    """A database, a NATS and a data directory that several processes share."""

    def __init__(self, data: Path, url: str, nats_url: str) -> None:
        self.data = data
        self.nats_url = nats_url
        self._environment = {"CULM_DATABASE_URL": url, "CULM_NATS_URL": nats_url}

    @contextmanager
    def culm(self, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
        """A process that runs until the block ends, and what it printed when it began."""
        process = subprocess.Popen(
            [sys.executable, "-m", "culm", "--data-dir", str(self.data), *arguments],
            env={**os.environ, **self._environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        printed: list[str] = []
        try:
            while not (printed and "Ctrl-C" in printed[-1]):
                line = process.stdout.readline()
                assert line, printed
                printed.append(line)
            yield process, printed
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=PATIENCE_SECONDS)
            process.kill()
            process.wait()
            process.stdout.close()

    def published(self) -> int:
        """How many facts the stream has."""

        async def look() -> int:
            client = await nats.connect(self.nats_url)
            try:
                info = await client.jetstream().stream_info(stream.name_of(0))
            except nats.js.errors.NotFoundError:
                return 0
            finally:
                await client.close()
            return info.state.last_seq

        return asyncio.run(look())

    def until(self, count: int) -> None:
        """Wait for so many facts to be published."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.published() < count:
            assert time.monotonic() < deadline, self.published()
            time.sleep(0.05)


@pytest.fixture
def place(tmp_path: Path, server: embedded.Server) -> Iterator[Place]:
    """A database of the test's own, and a NATS."""
    with nats_server.Server.start(tmp_path) as running:
        url = server.url_for("postgres", f"apart_{tmp_path.name[-30:]}")
        yield Place(tmp_path, url, running.url)


def open_accounts(api: Up, first: int, count: int) -> None:
    """Record so many events."""
    for number in range(first, first + count):
        api.client().ledger.accounts.open(code=f"assets:a{number}", currency="EUR")


def test_what_the_api_takes_is_published_by_whoever_works(place: Place) -> None:
    with ExitStack() as stack:
        api = Up(*stack.enter_context(place.culm("serve", "--port", "0")))
        api.client().ledger.tenants.create(name="Default")
        open_accounts(api, 0, 2)
        assert place.published() == 0
        assert api.client().ready().facts.waiting == 3
        first, printed = stack.enter_context(place.culm("work"))
        assert printed[0].split() == ["working", "on", "everything"]
        place.until(3)
        stack.enter_context(place.culm("work", "--only", "relay"))
        first.send_signal(signal.SIGKILL)
        open_accounts(api, 2, 3)
        place.until(6)  # the other one has taken over


def test_several_apis_write_the_same_books(place: Place) -> None:
    with (
        place.culm("serve", "--port", "0") as one,
        place.culm("serve", "--port", "0") as two,
        place.culm("work", "--only", "relay"),
    ):
        apis = [Up(*one), Up(*two)]
        apis[0].client().ledger.tenants.create(name="Default")
        for number in range(10):
            open_accounts(apis[number % 2], number, 1)
        place.until(11)
        assert len(list(apis[0].client().ledger.accounts.list())) == 10


def test_work_that_there_is_not_is_named(place: Place) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "culm", "--data-dir", str(place.data), "work", "--only", "nothing"],
        env={**os.environ, **place._environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "there is no work 'nothing'" in done.stderr


def test_both_stop_cleanly(place: Place) -> None:
    for arguments in (("serve", "--port", "0"), ("work",)):
        with place.culm(*arguments) as (process, _):
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE_SECONDS) == 0
            assert process.stdout is not None
            assert process.stdout.read().strip().splitlines()[-1] == "stopped"
