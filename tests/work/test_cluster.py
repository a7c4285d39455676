"""Reactors on an external NATS of three servers, one of which is killed under load."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import nats
import pytest

from culm.facts import stream
from culm.ledger import commands
from tests.conftest import Ledger
from tests.facts import cluster
from tests.facts.conftest import relaying
from tests.work.conftest import Plant, by_lane, code, copy, declared, lane

FACTS = 400


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nats-py's sockets
async def test_every_fact_has_its_effect_once_and_in_order_when_a_server_is_killed(
    ledger: Ledger, tmp_path: Path
) -> None:
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for account in ("assets:one", "assets:two"):
        await ledger.submit(commands.OpenAccount(code=account, currency="USD"))
    async with cluster.running(tmp_path) as servers, AsyncExitStack() as stack:
        await stack.enter_async_context(
            relaying(ledger, servers.url, layout=stream.Layout(replicas=3))
        )
        plant = Plant(ledger, servers.url, stack)
        reactors = (declared(copy), declared(copy, name="ordered", in_order_of=lane))
        await plant.work(*reactors)
        await plant.work(*reactors)
        await plant.register(FACTS // 2, lanes=4)
        await plant.until_effects(FACTS // 4)
        client = await nats.connect(servers.url.split(","))
        info = await client.jetstream().stream_info(stream.name_of(0))
        await client.close()
        assert info.cluster is not None
        assert info.cluster.leader is not None
        servers.kill(info.cluster.leader)
        await plant.register(FACTS // 2, lanes=4, first=FACTS // 2)
        await plant.until_effects(2 * FACTS)
        rows = await plant.rows(
            "select actor, body::json->>'reference' as code,"
            " body::json->'metadata'->>'lane' as lane"
            " from book_log where type = 'ledger.transaction_posted' order by position"
        )
    for name in ("copy", "ordered"):
        own = [(row["code"], row["lane"]) for row in rows if row["actor"] == f"reactor:{name}"]
        assert Counter(one for one, _ in own) == Counter(code(n) for n in range(FACTS))
        if name == "ordered":
            assert all(one == sorted(one) for one in by_lane(own).values())
