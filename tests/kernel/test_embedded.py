"""The embedded PostgreSQL through its public door, with the accidents that it must survive."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from culm.kernel import embedded, nats_server, pg_account, pg_cluster, pg_process, processes
from culm.kernel.embedded import AlreadyRunning, Server, StartFailed

SMALL = {"shared_buffers": "16MB"}
PATIENCE_SECONDS = 30

# A program that holds a server until it is killed, and says so.
HOLD = """
import sys, time
from pathlib import Path
from culm.kernel.embedded import Server
with Server.start(Path(sys.argv[1]), settings={"shared_buffers": "16MB"}) as server:
    print(server.pid, flush=True)
    time.sleep(600)
"""


def start(data_dir: Path) -> Server:
    return Server.start(data_dir, settings=SMALL)


def ask(server: Server, statement: str) -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(server.url_for("postgres", "postgres"))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def is_alive(pid: int) -> bool:
    """A zombie that nobody has reaped is not alive."""
    ps = ["ps", "-o", "stat=", "-p", str(pid)]
    shown = subprocess.run(ps, capture_output=True, text=True, check=False)
    return shown.stdout.strip()[:1] not in ("", "Z")


def wait_until_dead(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_alive(pid):
        assert time.monotonic() < deadline, f"{pid} is still alive"
        time.sleep(0.02)


@contextlib.contextmanager
def another_process_holding(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A child that runs a server on the directory, with the pid of its postmaster."""
    argv = [sys.executable, "-c", HOLD, str(data_dir)]
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield child, int(child.stdout.readline())
    finally:
        child.kill()
        child.communicate()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as it is."""
    with start(tmp_path_factory.mktemp("running")) as server:
        yield server


def test_a_first_start_makes_a_utf8_cluster_with_checksums(running: Server) -> None:
    assert running.is_running()
    assert ask(running, "select current_setting('server_encoding')") == "UTF8"
    assert ask(running, "select current_setting('data_checksums')") == "on"
    locale = "select datlocale from pg_database where datlocprovider = 'b' and datname = 'postgres'"
    assert ask(running, locale) == "C.UTF-8"


def test_commits_are_durable_and_the_callers_settings_hold(running: Server) -> None:
    assert ask(running, "select current_setting('fsync')") == "on"
    assert ask(running, "select current_setting('synchronous_commit')") == "on"
    assert ask(running, "select current_setting('full_page_writes')") == "on"
    assert ask(running, "select current_setting('max_wal_size')") == "4GB"
    assert ask(running, "select current_setting('shared_buffers')") == "16MB"


def test_only_its_own_user_may_enter_and_nothing_listens_on_tcp(running: Server) -> None:
    assert running.socket_directory.stat().st_mode & 0o777 == 0o700
    assert ask(running, "select current_setting('listen_addresses')") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to run it as")
def test_root_runs_it_as_somebody_else_and_opens_nothing_for_reading(running: Server) -> None:
    owner = (running.data_dir / "postgres").stat().st_uid
    assert Path(f"/proc/{running.pid}").stat().st_uid == owner != 0
    assert running.data_dir.stat().st_mode & 0o077 == 0o001


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes what others may do")
def test_programs_installed_under_a_tight_umask_become_readable(tmp_path: Path) -> None:
    program, data = tmp_path / "bin" / "postgres", tmp_path / "share" / "postgres.bki"
    for file, mode in ((program, 0o700), (data, 0o600)):
        file.parent.mkdir(mode=0o700)
        file.touch(mode)
    tmp_path.chmod(0o700)

    pg_account.let_read(tmp_path)

    assert [path.stat().st_mode & 0o777 for path in (program, data)] == [0o705, 0o604]
    assert [path.stat().st_mode & 0o777 for path in (tmp_path, data.parent)] == [0o705, 0o705]


def test_ctrl_c_in_the_terminal_does_not_reach_it(running: Server) -> None:
    assert os.getsid(running.pid) == running.pid != os.getsid(0)


def test_a_second_start_in_this_process_or_another_is_refused(running: Server) -> None:
    with pytest.raises(AlreadyRunning) as refused:
        start(running.data_dir)

    assert str(running.data_dir) in refused.value.message
    assert str(os.getpid()) in refused.value.message
    assert running.is_running()

    argv = [sys.executable, "-c", HOLD, str(running.data_dir)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert f"in use by process {os.getpid()}" in done.stderr


def test_data_and_a_changed_setting_outlive_a_restart(tmp_path: Path) -> None:
    with start(tmp_path) as server:
        ask(server, "create table kept as select 42 as answer")
        pid = server.pid
    assert not is_alive(pid)

    with Server.start(tmp_path, settings={**SMALL, "max_connections": "17"}) as server:
        assert ask(server, "select answer from kept") == 42
        assert ask(server, "select current_setting('max_connections')") == "17"


def test_a_killed_server_is_brought_back_with_what_was_committed(tmp_path: Path) -> None:
    with start(tmp_path) as server:
        ask(server, "create table kept as select 42 as answer")
        killed = server.pid
        assert not server.ensure_running()

        os.kill(killed, signal.SIGKILL)
        wait_until_dead(killed)

        assert not server.is_running()
        assert server.ensure_running()
        assert server.pid != killed
        assert ask(server, "select answer from kept") == 42
    assert not server.ensure_running(), "a stopped server stays stopped"


def test_a_server_that_waits_for_ever_for_its_own_recovery_is_brought_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "STRANDED_LIMIT_SECONDS", 1.0)
    with start(tmp_path) as server:
        ask(server, "create table kept as select 42 as answer")
        stranded = server.pid
        kill_child(stranded, "background writer")
        kill_child(stranded, "startup")

        assert not server.ensure_running(), "it may be on its way"
        time.sleep(1.5)
        assert is_alive(stranded)
        assert server.ensure_running()
        assert server.pid != stranded
        assert ask(server, "select answer from kept") == 42
        time.sleep(1.5)
        assert not server.ensure_running(), "it does its work"


def kill_child(postmaster: int, title: str) -> None:
    """SIGKILL a child of this title, as soon as there is one."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for pid in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
            if title in processes.command_line(int(pid)):
                os.kill(int(pid), signal.SIGKILL)
                return
    raise AssertionError(f"no {title}")


def test_a_busy_backend_of_a_killed_server_does_not_stand_in_the_way(tmp_path: Path) -> None:
    busy = "do $$ begin loop end loop; end $$"  # it never waits, so it never looks up

    async def work(url: str) -> None:
        connection = await asyncpg.connect(url)
        with contextlib.suppress(asyncpg.PostgresError, ConnectionError, TimeoutError):
            await connection.execute(busy, timeout=1)

    with start(tmp_path) as server:
        killed = server.pid

        async def kill_meanwhile() -> None:
            working = asyncio.create_task(work(server.url_for("postgres", "postgres")))
            await asyncio.sleep(0.3)
            os.kill(killed, signal.SIGKILL)
            await asyncio.to_thread(wait_until_dead, killed)
            assert await asyncio.to_thread(server.ensure_running)
            await working

        asyncio.run(kill_meanwhile())
        assert ask(server, "select 1") == 1


class Interrupted(BaseException):
    """What a signal's handler raises."""


@pytest.mark.parametrize("kind", [Server, nats_server.Server])
def test_a_signal_while_the_process_is_made_leaves_none(
    tmp_path: Path, kind: type[Server | nats_server.Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[subprocess.Popen[bytes]]()

    class Interrupting(subprocess.Popen[bytes]):
        """Asked to stop when there is a process, and nobody knows it yet."""

        def __init__(self, argv: Any, *args: Any, **more: Any) -> None:
            super().__init__(argv, *args, **more)
            if more.get("start_new_session"):
                made.append(self)
                signal.raise_signal(signal.SIGUSR1)

    def interrupt(*_: object) -> None:
        raise Interrupted

    monkeypatch.setattr(subprocess, "Popen", Interrupting)
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(Interrupted):
            kind.start(tmp_path)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert [one.poll() is None for one in made] == [False]


# Deaf to a shutdown at first, as a postmaster is that a shell started in the background, for which
# Ctrl-C is ignored, until it has handlers of its own.
DEAF = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("begun", flush=True)
time.sleep(0.7)
signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
time.sleep(600)
"""


def test_who_did_not_hear_of_a_shutdown_is_asked_again() -> None:
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout is not None
        deaf.stdout.readline()
        pg_process.stop(deaf.pid, lambda: deaf.poll() is None)
    assert deaf.returncode == 7, "it was not shut down, but ended"


def test_an_orphan_of_a_killed_process_is_stopped_before_a_new_start(tmp_path: Path) -> None:
    with another_process_holding(tmp_path) as (child, orphan):
        child.kill()
        child.wait()
        assert is_alive(orphan)

        with start(tmp_path) as server:
            assert not is_alive(orphan)
            assert server.pid != orphan
            assert ask(server, "select 1") == 1


def test_a_pid_file_whose_pid_went_to_a_stranger_is_no_obstacle(tmp_path: Path) -> None:
    with start(tmp_path) as server:
        pid_file = tmp_path / "postgres" / "postmaster.pid"
        lock_file = server.socket_directory / f".s.PGSQL.{pg_cluster.PORT}.lock"
        left = [(file, file.read_text(encoding="utf-8")) for file in (pid_file, lock_file)]
        pid = server.pid
    # A process of the same user, as PostgreSQL would take it for its predecessor.
    account = pg_account.account_for(tmp_path / "postgres")
    with Path(os.devnull).open("wb") as nowhere:
        stranger = account.spawn("sleep", "600", output=nowhere)
    try:
        for file, text in left:
            file.write_text(text.replace(str(pid), str(stranger.pid), 1), encoding="utf-8")
            os.chown(file, account.uid, account.gid)
        with start(tmp_path) as server:
            assert ask(server, "select 1") == 1
        assert stranger.poll() is None, "the stranger was left alone"
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("name", ["long path " * 12, "here, there"])
def test_a_path_that_no_socket_can_have_gets_it_elsewhere(tmp_path: Path, name: str) -> None:
    data_dir = tmp_path / name
    with start(data_dir) as server:
        assert data_dir not in server.socket_directory.parents
        assert ask(server, "select 1") == 1
        assert server.socket_directory.stat().st_mode & 0o777 == 0o700
    server.socket_directory.rmdir()


@pytest.mark.parametrize("below", [".", "data", "a/b/data"])
def test_a_file_in_the_place_of_the_directory_is_told_in_one_line(
    tmp_path: Path, below: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StartFailed, match="it is, or lies below, a file") as refused:
        Server.start(tmp_path / "file" / below)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("place", ["/proc/culm", "x" * 300])
def test_a_place_where_nothing_can_be_made_is_told_in_one_line(tmp_path: Path, place: str) -> None:
    with pytest.raises(StartFailed, match="cannot hold the data: ") as refused:
        Server.start(tmp_path / place)
    assert "\n" not in str(refused.value)


def test_a_name_with_a_line_break_is_refused_as_such(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="line breaks"):
        Server.start(tmp_path / "two\nlines")
    assert not list(tmp_path.iterdir())


def test_a_name_with_quotes_and_spaces_works(tmp_path: Path) -> None:
    with start(tmp_path / 'it\'s "a" dir %41 é') as server:
        assert ask(server, "select 1") == 1


def test_a_failed_start_says_what_postgresql_said_and_gives_the_directory_back(
    tmp_path: Path,
) -> None:
    with pytest.raises(StartFailed, match=r'invalid value for parameter "shared_buffers"'):
        Server.start(tmp_path, settings={"shared_buffers": "plenty"})

    with pytest.raises(StartFailed, match="not a setting"):
        Server.start(tmp_path, settings={"fsync = 'off'\nfsync": "on"})

    with start(tmp_path) as server:
        assert ask(server, "select 1") == 1


def test_a_first_start_that_was_cut_short_is_begun_again(tmp_path: Path) -> None:
    partial = tmp_path / "postgres.partial"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("18\n", encoding="utf-8")

    with start(tmp_path) as server:
        assert ask(server, "select 1") == 1
    assert not partial.exists()
