"""The operating system's user that the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root. When we are root it runs as an unprivileged user, which gets
exactly what it needs: its own directories, the binaries, and the right to pass (never to read)
through the directories above them. When we are not root, it runs as we do.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from culm.kernel.pg_errors import StartFailed

SYSTEM_USER = "culm-postgres"
FALLBACK_SYSTEM_USER = "nobody"

_ROOT = 0


@dataclass(frozen=True)
class Account:
    """A user and its group, and what is done in its name."""

    uid: int
    gid: int

    def run(self, *argv: str, limit_seconds: float) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end; what it said, on either stream, is in `stdout`."""
        return subprocess.run(
            argv,
            **self._surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit_seconds,
            check=False,
        )

    def spawn(self, *argv: str, output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Starts a program in a session of its own: a Ctrl-C in the terminal is ours to handle."""
        return subprocess.Popen(
            argv, **self._surroundings(), stdout=output, stderr=output, start_new_session=True
        )

    def make_private(self, directory: Path) -> None:
        """Makes the directory, if it is missing, into one that this account alone may enter.

        Raises `StartFailed` when somebody else got there first.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (self.uid, os.geteuid()):
            raise StartFailed(f"{directory} belongs to somebody else.")
        if found.st_uid != self.uid:
            os.chown(directory, self.uid, self.gid, follow_symlinks=False)
        directory.chmod(0o700)

    def _surroundings(self) -> dict[str, Any]:
        # PGPORT, PGDATA and their like are meant for other servers than this one.
        environment = {name: text for name, text in os.environ.items() if name[:2] != "PG"}
        around = {"cwd": "/", "stdin": subprocess.DEVNULL, "env": environment | {"LC_ALL": "C"}}
        if os.geteuid() == _ROOT:
            around |= {"user": self.uid, "group": self.gid, "extra_groups": ()}
        return around


def account_for(cluster: Path) -> Account:
    """Who runs the server on this cluster: its owner if it exists, since nobody else could."""
    if os.geteuid() != _ROOT:
        return Account(os.geteuid(), os.getegid())
    if cluster.exists():
        found = cluster.stat()
        return Account(found.st_uid, found.st_gid)
    entry = _system_user()
    return Account(entry.pw_uid, entry.pw_gid)


def let_pass(target: Path) -> None:
    """Lets the unprivileged user reach `target` through the directories above it.

    It adds the right to traverse (o+x) where it is missing, and never the right to list or read:
    what lies beside the path stays as closed as it was.
    """
    if os.geteuid() != _ROOT:
        return
    for directory in target.parents:
        _add_mode(directory, stat.S_IXOTH)


def let_read(tree: Path) -> None:
    """Lets the unprivileged user read and run programs that were installed under umask 077."""
    if os.geteuid() != _ROOT or not tree.exists() or _is_open(tree):
        return
    for directory, _, names in os.walk(tree, topdown=False):
        for name in names:
            file = Path(directory, name)
            runnable = file.stat().st_mode & stat.S_IXUSR
            _add_mode(file, stat.S_IROTH | (stat.S_IXOTH if runnable else 0))
        # From the leaves up: once the top of the tree is open, all of it is.
        _add_mode(Path(directory), stat.S_IROTH | stat.S_IXOTH)


def _is_open(directory: Path) -> bool:
    wanted = stat.S_IROTH | stat.S_IXOTH
    return directory.stat().st_mode & wanted == wanted


def _add_mode(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits != bits:
        path.chmod(mode | bits)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return pwd.getpwnam(SYSTEM_USER if _add_system_user() else FALLBACK_SYSTEM_USER)


def _add_system_user() -> bool:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return False
    options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
    done = subprocess.run([useradd, *options, SYSTEM_USER], capture_output=True, check=False)
    return done.returncode == 0
