"""An external NATS of three servers: one is killed under load, and nothing is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nats
import pytest

from culm.facts import stream
from tests.conftest import Ledger
from tests.facts import cluster
from tests.facts.conftest import begin, expected, open_account, places, published, relaying, until

LAYOUT = stream.Layout(replicas=3)


async def test_a_server_is_killed_under_load_and_nothing_is_lost_or_out_of_order(
    ledger: Ledger, tmp_path: Path
) -> None:
    await begin(ledger)
    async with (
        cluster.running(tmp_path) as servers,
        relaying(ledger, servers.url, layout=LAYOUT) as relay_,
    ):
        client = await nats.connect(servers.url.split(","), max_reconnect_attempts=-1)
        await until(lambda: relay_.published == 1)
        info = await client.jetstream().stream_info(stream.name_of(0))
        assert info.cluster is not None
        leader = info.cluster.leader
        assert leader is not None
        for number in range(1_200):
            await open_account(ledger, number)
            if number == 400:
                servers.kill(leader)
            if number == 800:
                servers.start(leader)
        await until(lambda: relay_.published == 1_201)
        assert places(await published(client, 1_201)) == expected(1_201)
        await client.close()


@pytest.mark.parametrize("lead", [True, False], ids=["its leader", "a follower"])
async def test_pipelined_facts_keep_their_order_when_a_server_goes(
    ledger: Ledger, tmp_path: Path, lead: bool
) -> None:
    """Thousands are on their way to the server that is killed."""
    await begin(ledger)
    for chunk in range(5):
        await asyncio.gather(*(open_account(ledger, 2_000 * chunk + n) for n in range(2_000)))
    async with cluster.running(tmp_path) as servers:
        client = await nats.connect(servers.url.split(","), max_reconnect_attempts=-1)
        async with relaying(ledger, servers.url, layout=LAYOUT) as relay_:
            await until(lambda: relay_.published > 1_000)
            info = await client.jetstream().stream_info(stream.name_of(0))
            assert info.cluster is not None
            leads = info.cluster.leader
            victim = leads if lead else next(name for name in servers.names if name != leads)
            assert victim is not None
            servers.kill(victim)
            await until(lambda: relay_.published == 10_001)
            assert places(await published(client, 10_001)) == expected(10_001)
        await client.close()
