"""Facts going out: the relay, beside what NATS takes from one Python client by itself.

The relay runs in a process of its own, as `culm work --only relay` would: its memory is its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nats
import uvloop
from nats.js import api

from bench import measure, reacting
from culm.facts import bell, bus, relay, stream
from culm.kernel import database, nats_server

BACKLOG = 500_000
SAMPLE = 100_000
"""Messages that NATS's own rate is measured over."""
PENDING = 4_000
"""Messages that may be on their way, as the relay's."""
REACTING_SECONDS = 15.0
WARM = 50_000
"""Events after which the relay's memory is looked at for the first time."""


async def nats_alone(url: str, size: int) -> float:
    """Messages a second: pipelined publishing by NATS's own Python client to a file-backed stream,
    each with an id to be de-duplicated by and of the size of our facts."""
    client = await nats.connect(url)
    jetstream = client.jetstream(publish_async_max_pending=PENDING)
    await jetstream.add_stream(
        api.StreamConfig(name="yardstick", subjects=["yardstick.>"], duplicate_window=120)
    )
    body = b"x" * size
    began = time.perf_counter()
    for number in range(SAMPLE):
        headers = {"Nats-Msg-Id": f"0-{number}"}
        await jetstream.publish_async("yardstick.bench.ledger.posted", body, headers=headers)
    await jetstream.publish_async_completed()
    elapsed = time.perf_counter() - began
    await jetstream.delete_stream("yardstick")
    await client.close()
    return SAMPLE / elapsed


async def drain(database_url: str, nats_url: str, events: int) -> dict[str, float]:
    """Publish a log from its beginning: events a second, the size of one, and how much memory this
    process held after the first ones and at the end (MB)."""
    db = await database.pool(database_url)
    bus_ = bus.Bus(nats_url)
    relay_ = relay.Relay(
        0, bus=bus_, db=db, bell=bell.Bell(), origin="culm.bench", layout=stream.Layout()
    )
    keeping = asyncio.create_task(bus_.run())
    client = await bus_.client()
    began = time.perf_counter()
    working = asyncio.create_task(relay_.run())
    early = 0.0
    while relay_.published < events:
        await asyncio.sleep(0.01)
        if not early and relay_.published >= WARM:
            early = measure.peak_megabytes()
    rate = relay_.published / (time.perf_counter() - began)
    info = await client.jetstream().stream_info(stream.name_of(0))
    working.cancel()
    keeping.cancel()
    await asyncio.wait({working, keeping})
    db.terminate()
    return {
        "rate": rate,
        "size": info.state.bytes / info.state.messages,
        "early_mb": early,
        "late_mb": measure.peak_megabytes(),
    }


def run(database_url: str, fresh_url: str, directory: Path, *, quick: bool) -> dict[str, float]:
    """Everything, on a NATS of its own in this directory: the relay with the log of the first
    database, reactions with that of the second, which is new."""
    with nats_server.Server.start(directory / "reacting") as server:
        reacted = reacting.run(fresh_url, server.url, 4 if quick else REACTING_SECONDS)
    with nats_server.Server.start(directory) as server:
        events = WARM * 2 if quick else BACKLOG
        drained = _child(database_url, server.url, events)
        alone = uvloop.run(nats_alone(server.url, int(drained["size"])))
    return {
        "nats": alone,
        "relay": drained["rate"],
        "relay_growth": drained["late_mb"] - drained["early_mb"],
        "relay_events": float(events),
        **{f"react_{name}": value for name, value in reacted.items()},
    }


def _child(database_url: str, nats_url: str, events: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.facts", database_url, nats_url, str(events)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(uvloop.run(drain(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
