"""The client of the figures over HTTP: as thin as it can be, since it shares two cores with what it
measures. Keep-alive connections, requests made beforehand, answers read only as far as needed.
"""

from __future__ import annotations

import asyncio
import functools
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import msgspec
import uvloop

CONNECTIONS: Final = 64
WARM_SECONDS: Final = 3.0


class Plan(msgspec.Struct, frozen=True):
    """What is sent, to whom, for how long. With a `rate` so many requests a second are sent,
    however long the answers take; without one, each connection sends when it was answered."""

    what: str
    port: int
    key: str
    parties: list[str]
    seconds: float
    rate: float | None = None


class Result(msgspec.Struct, frozen=True):
    """Requests a second, and the 99th of 100 times from when a request was due to its answer."""

    rate: float
    p99_ms: float


class Connection(asyncio.Protocol):
    """One connection: requests go out one after the other, each timed from when it was due."""

    def __init__(self, requests: list[bytes], *, at_once: bool) -> None:
        self.requests = requests
        self.at_once = at_once
        self.over = False
        self.due: list[float] = []
        self.busy = False
        self.times: list[float] = []
        self.bad: list[bytes] = []
        self.closed = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Post the first request, or wait until one is due."""
        self.transport = cast("asyncio.Transport", transport)
        if self.at_once:
            self.send(time.perf_counter())

    def send(self, due: float) -> None:
        """Send a request that is due, or line it up behind the one that is under way."""
        self.due.append(due)
        if not self.busy:
            self._send()

    def _send(self) -> None:
        self.busy = True
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
        self.buffer, self.busy = body[length:], False
        self.times.append(time.perf_counter() - self.due.pop(0))
        if self.over or not self.requests:
            self.transport.close()
        elif self.due:
            self._send()
        elif self.at_once:
            self.send(time.perf_counter())

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of this connection."""
        if not self.closed.done():
            self.closed.set_result(None)

    def end(self) -> None:
        """Let it end with the answer that it waits for."""
        self.over = True
        if not self.busy:
            self.transport.close()


def transaction(source: str, target: str, amount: str) -> tuple[str, object]:
    """A ledger's transaction of two postings."""
    return "/v1/ledger/transactions", {
        "postings": [
            {"account": source, "side": "debit", "amount": amount},
            {"account": target, "side": "credit", "amount": amount},
        ]
    }


def payment(source: str, target: str, amount: str) -> tuple[str, object]:
    """A payment from one wallet to another."""
    return "/v1/payments", {
        "kind": "transfer",
        "amount": amount,
        "currency": "USD",
        "source": source,
        "destination": target,
        "description": "Lunch",
    }


MAKERS: Final[dict[str, Callable[[str, str, str], tuple[str, object]]]] = {
    "transactions": transaction,
    "payments": payment,
}


def request(plan: Plan, number: str, chance: random.Random) -> bytes:
    """One request, ready to send."""
    source, target = chance.sample(plan.parties, 2)
    path, asked = MAKERS[plan.what](source, target, str(chance.randint(1, 10_000)))
    body = json.dumps(asked).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {plan.key}\r\nIdempotency-Key: {number}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def drive(plan: Plan) -> Result:
    """Send what is planned, once all that it is about is in memory, as it is when callers in the
    same process are measured. Raises when a request was not answered with 201."""
    connections = await _connect(plan)
    sending = None if plan.rate is None else asyncio.create_task(_pace(connections, plan.rate))
    await asyncio.sleep(WARM_SECONDS)
    began, before = time.perf_counter(), [len(one.times) for one in connections]
    await asyncio.sleep(plan.seconds)
    if sending is not None:
        sending.cancel()
    for one in connections:
        one.end()
    await asyncio.gather(*(one.closed for one in connections))
    elapsed = time.perf_counter() - began
    if bad := [answer for one in connections for answer in one.bad]:
        raise RuntimeError(f"{len(bad)} requests failed, the first with {bad[0]!r}")
    measured = sorted(
        took for one, start in zip(connections, before, strict=True) for took in one.times[start:]
    )
    return Result(len(measured) / elapsed, 1_000 * measured[int(len(measured) * 0.99)])


async def _connect(plan: Plan) -> list[Connection]:
    chance, name = random.Random(plan.port), f"{time.time_ns():x}"
    each = int((WARM_SECONDS + plan.seconds) * 400)
    loop, connections = asyncio.get_running_loop(), []
    for c in range(CONNECTIONS):
        made = [request(plan, f"{name}-{c * each + n}", chance) for n in range(each)]
        made_for = functools.partial(Connection, made, at_once=plan.rate is None)
        _, connection = await loop.create_connection(made_for, "127.0.0.1", plan.port)
        connections.append(connection)
    return connections


async def _pace(connections: list[Connection], rate: float) -> None:
    """Have one connection after the other send, at even intervals."""
    began, sent = time.perf_counter(), 0
    while True:
        now = time.perf_counter()
        while (due := began + sent / rate) <= now:
            connections[sent % len(connections)].send(due)
            sent += 1
        await asyncio.sleep(due - now)


def run(plan: Plan) -> Result:
    """Send what is planned from a process of its own."""
    with tempfile.NamedTemporaryFile(prefix="culm-bench-", suffix=".json") as file:
        file.write(msgspec.json.encode(plan))
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", file.name], check=True, capture_output=True
        )
    return msgspec.json.decode(done.stdout, type=Result)


if __name__ == "__main__":
    planned = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    print(msgspec.json.encode(uvloop.run(drive(planned))).decode())
