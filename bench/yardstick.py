"""pgbench, TPC-B-like: what the same server does for anybody."""

from __future__ import annotations

import re
import subprocess

from culm.kernel import embedded, pg_cluster

SCALE = 10
CLIENTS = (1, 16, 64)


def run(server: embedded.Server, seconds: int) -> dict[int, float]:
    """Transactions a second at each number of clients."""
    common = ["-h", str(server.socket_directory), "-U", pg_cluster.SUPERUSER]
    _call("createdb", *common, "yardstick")
    _call("pgbench", *common, "-i", "-q", "-s", str(SCALE), "yardstick")
    rates = {}
    for clients in CLIENTS:
        options = ["-c", str(clients), "-j", "2", "-T", str(seconds)]
        said = _call("pgbench", *common, *options, "yardstick")
        match = re.search(r"tps = ([0-9.]+)", said)
        if match is None:
            raise RuntimeError(f"pgbench did not say its rate:\n{said}")
        rates[clients] = float(match[1])
    _call("dropdb", *common, "yardstick")
    return rates


def _call(program: str, *arguments: str) -> str:
    path = str(pg_cluster.binaries() / program)
    done = subprocess.run([path, *arguments], check=True, capture_output=True, text=True)
    return done.stdout
