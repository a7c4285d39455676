"""The rate over HTTP: `culm up` in its own process, and this client in another.

The client is as thin as it can be, since it shares two cores with what it measures: keep-alive
connections, requests made beforehand, answers read only as far as needed.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import random
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import cast

import uvloop

from bench import books, measure
from culm.access import keeping, types

CONNECTIONS = 64
WARM_SECONDS = 3.0
START_LIMIT_SECONDS = 30.0


class Caller(asyncio.Protocol):
    """One connection that posts, waits for the answer, and posts again."""

    def __init__(self, requests: list[bytes], over: asyncio.Event) -> None:
        self.requests = requests
        self.over = over
        self.done = 0
        self.bad: list[bytes] = []
        self.closed = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Post the first request."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.requests.pop())

    def data_received(self, data: bytes) -> None:
        """When an answer is complete, post the next request."""
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        marker = head.lower().index(b"content-length:") + 15
        length = int(head[marker : marker + 8].split(b"\r")[0])
        if len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 201"):
            self.bad.append(self.buffer)
        self.buffer = body[length:]
        self.done += 1
        if self.over.is_set() or not self.requests:
            self.transport.close()
        else:
            self.transport.write(self.requests.pop())

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of this caller."""
        if not self.closed.done():
            self.closed.set_result(None)


def request(number: int, run: str, accounts: list[str], key: str, chance: random.Random) -> bytes:
    """One transaction, ready to send."""
    source, target = chance.sample(accounts, 2)
    amount = str(chance.randint(1, 10_000))
    body = json.dumps(
        {
            "postings": [
                {"account": source, "side": "debit", "amount": amount},
                {"account": target, "side": "credit", "amount": amount},
            ]
        }
    ).encode()
    head = (
        "POST /v1/ledger/transactions HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {key}\r\nIdempotency-Key: {run}-{number}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def drive(port: int, accounts: list[str], key: str, seconds: float) -> float:
    """Requests a second over all connections, once the accounts are in memory, as they are when
    callers in the same process are measured. Raises when one was not answered with 201."""
    chance, run = random.Random(port), f"{time.time_ns():x}"
    each = int((WARM_SECONDS + seconds) * 400)
    made = [
        [request(c * each + n, run, accounts, key, chance) for n in range(each)]
        for c in range(CONNECTIONS)
    ]
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    callers = []
    for requests in made:
        made_for = functools.partial(Caller, requests, over)
        _, caller = await loop.create_connection(made_for, "127.0.0.1", port)
        callers.append(caller)
    await asyncio.sleep(WARM_SECONDS)
    began, before = time.perf_counter(), sum(caller.done for caller in callers)
    await asyncio.sleep(seconds)
    over.set()
    await asyncio.gather(*(caller.closed for caller in callers))
    elapsed = time.perf_counter() - began
    bad = [answer for caller in callers for answer in caller.bad]
    if bad:
        raise RuntimeError(f"{len(bad)} requests failed, the first with {bad[0]!r}")
    return (sum(caller.done for caller in callers) - before) / elapsed


def run(
    how: str, database_url: str, data_dir: Path, accounts: list[str], port: int, seconds: float
) -> tuple[float, float]:
    """Requests a second to `culm up` or `culm serve`, and the most memory that it held (MB)."""
    environment = {
        **os.environ,
        "CULM_DATABASE_URL": database_url,
        "CULM_DATA_DIR": str(data_dir / "web"),
    }
    culm = Path(sys.executable).with_name("culm")
    serving = subprocess.Popen(
        [str(culm), how, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(port)
        file = Path(f"/tmp/culm-bench-{os.getpid()}.json")
        file.write_text(json.dumps([accounts, _key(port, data_dir / "web" / "keys")]))
        done = subprocess.run(
            [sys.executable, "-m", "bench.web", str(port), str(file), str(seconds)],
            check=True,
            capture_output=True,
            text=True,
        )
        file.unlink()
        return float(done.stdout), measure.peak_megabytes_of(serving.pid)
    finally:
        serving.terminate()
        serving.wait(timeout=60)


def _key(port: int, directory: Path) -> str:
    """A key of the tenant's that is as fast as any may be."""
    rate = {"per_second": types.MAX_PER_SECOND, "burst": types.MAX_BURST}
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/keys",
        json.dumps({"name": "bench", "scopes": ["write"], "rate": rate}).encode(),
        {
            "Authorization": f"Bearer {keeping.of(directory).operator}",
            "Culm-Tenant": books.TENANT,
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        secret: str = json.load(answer)["secret"]
        return secret


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    known, its_key = json.loads(Path(sys.argv[2]).read_text())
    print(uvloop.run(drive(int(sys.argv[1]), known, its_key, float(sys.argv[3]))))
