"""Three NATS servers in a cluster, from the same program as the embedded one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats

from culm.kernel import nats_server

NODES = 3
START_SECONDS = 60.0


class Cluster:
    """The nodes, each of which can be killed and started again."""

    def __init__(self, directory: Path) -> None:
        ports = _free_ports(2 * NODES)
        self._directory = directory
        self._ports = dict(zip(self.names, ports[:NODES], strict=True))
        self._routes = dict(zip(self.names, ports[NODES:], strict=True))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def names(self) -> list[str]:
        """Of the nodes, as JetStream tells who leads."""
        return [f"node-{number}" for number in range(NODES)]

    @property
    def url(self) -> str:
        """All of them."""
        return ",".join(f"nats://127.0.0.1:{port}" for port in self._ports.values())

    def start(self, name: str) -> None:
        """Start a node."""
        directory = self._directory / name
        directory.mkdir(parents=True, exist_ok=True)
        routes = [f"nats://127.0.0.1:{port}" for port in self._routes.values()]
        settings = {
            "server_name": name,
            "listen": f"127.0.0.1:{self._ports[name]}",
            "log_file": str(directory / "nats.log"),
            "jetstream": {"store_dir": str(directory)},
            "cluster": {
                "name": "culm",
                "listen": f"127.0.0.1:{self._routes[name]}",
                "routes": routes,
            },
        }
        config = directory / "nats.conf"
        config.write_text(json.dumps(settings))
        self._processes[name] = subprocess.Popen([str(nats_server.program()), "-c", str(config)])

    def kill(self, name: str) -> None:
        """SIGKILL."""
        os.kill(self._processes[name].pid, signal.SIGKILL)
        self._processes[name].wait()

    def stop(self) -> None:
        """End all of them."""
        for process in self._processes.values():
            process.kill()
            process.wait()


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[Cluster]:
    """A cluster that has elected its leader, until the block ends."""
    cluster = Cluster(directory)
    try:
        for name in cluster.names:
            cluster.start(name)
        await _elected(cluster.url)
        yield cluster
    finally:
        cluster.stop()


async def _elected(url: str) -> None:
    async with asyncio.timeout(START_SECONDS):
        client = await nats.connect(url.split(","), max_reconnect_attempts=-1, error_cb=_quiet)
        while True:
            try:
                await client.jetstream().account_info()
                await client.jetstream().streams_info()
            except nats.errors.Error:
                await asyncio.sleep(0.1)
            else:
                break
        await client.close()


async def _quiet(_error: Exception) -> None:
    """Nodes come up one after the other."""


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
