"""The embedded NATS: it starts, comes back, keeps its place, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import nats
import pytest

from culm.kernel import held, nats_server, processes

PATIENCE_SECONDS = 30


def kill(server: nats_server.Server) -> None:
    """SIGKILL, and wait until it is gone."""
    os.kill(server.pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not server.is_running(), PATIENCE_SECONDS)


async def stored(url: str) -> int:
    """Messages in the stream `kept`, which is made when it is new, after one more."""
    client = await nats.connect(url)
    jetstream = client.jetstream()
    await jetstream.add_stream(name="kept", subjects=["kept"])
    ack = await jetstream.publish("kept", b"one more")
    await client.close()
    return ack.seq


async def test_what_it_stores_is_there_after_a_kill_and_after_a_restart(tmp_path: Path) -> None:
    with nats_server.Server.start(tmp_path) as server:
        url = server.url
        assert await stored(url) == 1
        kill(server)
        assert server.ensure_running()
        assert not server.ensure_running()
        assert await stored(url) == 2
    with nats_server.Server.start(tmp_path) as server:
        assert server.url == url, "clients find it where it was"
        assert await stored(url) == 3


def test_nobody_else_can_read_the_token(tmp_path: Path) -> None:
    with nats_server.Server.start(tmp_path) as server:
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in [server.directory, *server.directory.glob("*")]
            if path.name in {"nats", "url", "nats.conf"}
        }
    assert modes == {"nats": 0o700, "url": 0o600, "nats.conf": 0o600}


def test_a_directory_in_use_is_refused_and_can_be_attached_to(tmp_path: Path) -> None:
    with nats_server.Server.start(tmp_path) as server:
        with pytest.raises(held.AlreadyRunning):
            nats_server.Server.start(tmp_path)
        assert nats_server.attached_url(tmp_path) == server.url


def test_a_port_that_was_taken_meanwhile_is_changed(tmp_path: Path) -> None:
    with nats_server.Server.start(tmp_path / "one") as one:
        port = one.url.rpartition(":")[2]
        (tmp_path / "two" / "nats").mkdir(parents=True)
        (tmp_path / "two" / "nats" / "url").write_text(f"nats://token@127.0.0.1:{port}")
        with nats_server.Server.start(tmp_path / "two") as two:
            assert two.url.rpartition(":")[2] != port
            assert two.url.startswith("nats://token@")


def test_the_orphan_of_a_killed_process_is_stopped_by_the_next_start(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys\n"
        "from culm.kernel import nats_server\n"
        "server = nats_server.Server.start(pathlib.Path(sys.argv[1]))\n"
        "print(server.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False
    )
    orphan = int(killed.stdout)
    assert str(tmp_path) in processes.command_line(orphan)
    with nats_server.Server.start(tmp_path) as server:
        assert server.pid != orphan
        assert str(tmp_path) not in processes.command_line(orphan)


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(nats_server.StartFailed, match="file cannot hold NATS"):
        nats_server.Server.start(tmp_path / "file")


def test_where_there_never_was_one_nothing_can_be_attached_to(tmp_path: Path) -> None:
    with pytest.raises(nats_server.StartFailed, match="There is no NATS"):
        nats_server.attached_url(tmp_path)
