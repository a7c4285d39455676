"""What reactors make of lost connections, lost queues, dead workers, and facts that they cannot
read."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path

import nats
import pytest
from nats.aio import client as client_

from culm.book import catalog
from culm.book import event as event_
from culm.facts import bus, stream
from culm.kernel import nats_server
from culm.ledger import events
from culm.work import breaker, consumer, context, crew, reactor
from culm.work import events as work_events
from tests.facts.conftest import port_of, through, until
from tests.proxy import before
from tests.work.conftest import (
    QUICK,
    Asset,
    Plant,
    by_lane,
    code,
    copy,
    declared,
    effect,
    lane,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # nats-py's sockets
)

ORDERS = pytest.mark.parametrize("in_order_of", [None, lane], ids=["unordered", "ordered"])


@ORDERS
async def test_what_a_worker_that_is_cut_off_had_in_hand_is_done_by_another(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, in_order_of: reactor.React | None
) -> None:
    monkeypatch.setattr(consumer, "ACK_WAIT_SECONDS", 1.0)
    monkeypatch.setattr(crew, "AWAY_SECONDS", 0.5)
    hanging = asyncio.Event()

    async def hangs(_of: Asset, _means: reactor.Means) -> reactor.Commands:
        hanging.set()
        await asyncio.sleep(3_600)
        return None

    await plant.register(5)
    async with before(port_of(plant.url)) as proxy:
        direct, plant.url = plant.url, through(plant.url, proxy.port)
        first = await plant.work(declared(hangs, in_order_of=in_order_of), stop_seconds=0)
        await hanging.wait()
        proxy.close()
        plant.url = direct
        await plant.work(declared(copy, in_order_of=in_order_of))
        found = await plant.until_effects(5)
        proxy.reopen()
        await until(lambda: first.bus.connected)
    assert sorted(one for one, _ in found) == [code(n) for n in range(5)]


@ORDERS
async def test_nats_may_die_and_come_back_under_those_who_work(
    plant: Plant, nats_: nats_server.Server, in_order_of: reactor.React | None
) -> None:
    async def slowly(of: Asset, _means: reactor.Means) -> reactor.Commands:
        await asyncio.sleep(0.005)
        return effect(of)

    await plant.work(declared(slowly, in_order_of=in_order_of, concurrency=4))
    await plant.work(declared(slowly, in_order_of=in_order_of, concurrency=4))
    for number in range(3):
        await plant.register(60, lanes=6, first=60 * number)
        await plant.until_effects(60 * number + 20)
        os.kill(nats_.pid, signal.SIGKILL)
        await until(lambda: not nats_.is_running())
        await asyncio.to_thread(nats_.ensure_running)
    found = await plant.until_effects(180)
    assert Counter(one for one, _ in found) == Counter(code(n) for n in range(180))
    if in_order_of is not None:
        assert all(lane == sorted(lane) for lane in by_lane(found).values())


@ORDERS
async def test_a_queue_that_was_deleted_is_made_again_and_skips_nothing(
    plant: Plant, client: client_.Client, in_order_of: reactor.React | None
) -> None:
    await plant.register(10)
    await plant.work(declared(copy, in_order_of=in_order_of, begins="now"))
    await until(lambda: plant.has_begun("copy"))
    await plant.register(10, first=10)
    await plant.until_effects(10)
    jetstream = client.jetstream()
    for info in await jetstream.consumers_info(stream.name_of(0)):
        await jetstream.delete_consumer(stream.name_of(0), info.name)
    await plant.register(10, first=20)
    found = await plant.until_effects(20)
    assert sorted(one for one, _ in found) == [code(n) for n in range(10, 30)]


async def test_a_stream_that_is_not_there_yet_is_waited_for(plant: Plant, tmp_path: Path) -> None:
    with nats_server.Server.start(tmp_path / "other") as empty:
        relayed, plant.url = plant.url, empty.url
        await plant.register(3)
        worker = await plant.work(declared(copy))
        await until(lambda: bool(worker.crew.numbers()))
        assert await plant.effects() == []
        connection = await nats.connect(empty.url)
        await connection.jetstream().add_stream(stream.Layout().config(0))
        source = await nats.connect(relayed)
        for sequence in range(1, 7):
            message = await source.jetstream().get_msg(stream.name_of(0), sequence)
            await connection.jetstream().publish(message.subject or "", message.data or b"")
        assert len(await plant.until_effects(3)) == 3
        await connection.close()
        await source.close()


async def test_another_declaration_changes_the_queue_and_keeps_its_place(
    plant: Plant, client: client_.Client
) -> None:
    await plant.register(5)
    first = await plant.work(declared(copy))
    await plant.until_effects(5)
    await first.stop()
    await plant.register(5, first=5)

    seen: list[type] = []

    async def both(of: Asset, _means: reactor.Means) -> reactor.Commands:
        event: event_.Event = of.event
        seen.append(type(event))
        return effect(of) if isinstance(event, events.AssetRegistered) else None

    wider = reactor.Reactor(
        name="copy", on=(events.AssetRegistered, events.AccountOpened), react=both
    )
    await plant.work(wider)
    await plant.until_effects(10)
    assert seen.count(events.AssetRegistered) == 5
    info = await client.jetstream().consumer_info(stream.name_of(0), "copy")
    assert info.config.filter_subjects == consumer.filters(wider)


async def test_a_reactor_begins_where_it_says(plant: Plant) -> None:
    await plant.register(6)
    third = (await plant.rows("select position from book_log where type like '%asset%'"))[3]
    await plant.work(
        declared(copy, name="now", begins="now"),
        declared(copy, name="place", begins=third["position"]),
    )
    await plant.until_effects(3)

    await until(lambda: plant.has_begun("now"))
    await plant.register(1, first=6)
    found = Counter(one for one, _ in await plant.until_effects(5))
    assert found == {code(3): 1, code(4): 1, code(5): 1, code(6): 2}


async def test_a_fact_that_cannot_be_read_is_parked(plant: Plant) -> None:
    await plant.register(1)
    other_release = catalog.Catalog([context.WORK])
    await plant.work(declared(copy), catalog_=other_release)

    async def parked() -> bool:
        return bool(await plant.parked())

    await until(parked)
    assert [why for _, why, _ in await plant.parked()] == ["undecodable"]
    (row,) = await plant.rows("select message from work_failure")
    assert "ledger.asset_registered" in row["message"]


async def test_a_reactor_to_every_fact_is_told_of_all_but_what_is_parked(plant: Plant) -> None:
    seen: list[str] = []

    async def fails_with_accounts(of: Asset, _means: reactor.Means) -> None:
        seen.append(type(of.event).TYPE)
        if isinstance(of.event, events.AccountOpened):
            raise OSError("no")

    everything = reactor.Reactor(
        name="all", on=(), react=fails_with_accounts, begins="start", attempts=1, backoff=QUICK
    )
    await plant.register(2)
    await plant.work(everything, declared(copy))
    await plant.until_effects(2)

    async def parked() -> bool:
        return len(await plant.parked()) == 2

    await until(parked)
    await until(lambda: seen.count("ledger.transaction_posted") == 2)
    assert not [one for one in seen if one.startswith("work.")]


async def test_who_asks_is_told_of_what_others_park(plant: Plant) -> None:
    heard: list[str] = []

    async def fails(_of: Asset, _means: reactor.Means) -> None:
        raise OSError("no")

    async def alarm(of: Asset, _means: reactor.Means) -> None:
        assert isinstance(of.event, work_events.Parked)
        heard.append(of.event.reactor)

    listening = reactor.Reactor(name="alarm", on=(work_events.Parked,), react=alarm, begins="start")
    await plant.register(2)
    await plant.work(declared(fails, attempts=1), listening)
    await until(lambda: heard == ["copy", "copy"])


async def test_a_fact_that_the_bus_does_not_carry_is_read_from_the_log(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[int] = []

    async def measures(of: Asset, _means: reactor.Means) -> reactor.Commands:
        names.append(len(of.event.name))
        return effect(of)

    monkeypatch.setattr(stream, "HEADER_BYTES", 8 * 1024 * 1024 - 10)
    await plant.register(2)
    await plant.work(declared(measures))
    await plant.until_effects(2)
    assert names == [6, 6]


async def test_a_breaker_lets_what_fails_rest_and_nothing_is_lost(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "REST_SECONDS", 0.3)
    up = asyncio.Event()
    calls = 0

    async def calls_bank(of: Asset, _means: reactor.Means) -> reactor.Commands:
        nonlocal calls
        calls += 1
        if not up.is_set():
            raise OSError("the bank is away")
        return effect(of)

    await plant.register(40)
    worker = await plant.work(declared(calls_bank, calls="bank", concurrency=4, attempts=10_000))
    await until(lambda: "bank" in worker.crew.breakers() and worker.crew.breakers()["bank"].is_open)
    up.set()
    found = await plant.until_effects(40)
    assert len(set(found)) == 40
    assert await plant.parked() == []
    assert not worker.crew.breakers()["bank"].is_open


async def test_the_connection_may_be_interrupted_again_and_again(plant: Plant) -> None:
    async with before(port_of(plant.url)) as proxy:
        plant.url = through(plant.url, proxy.port)
        await plant.work(
            declared(copy, name="plain"), declared(copy, name="lanes", in_order_of=lane)
        )
        for number in range(6):
            await plant.register(20, lanes=4, first=20 * number)
            proxy.cut()
            await asyncio.sleep(0.1)
        found = await plant.until_effects(240)
    assert Counter(one for one, _ in found) == {code(n): 2 for n in range(120)}


async def test_closing_the_bus_for_good_ends_no_reactor(plant: Plant) -> None:
    worker = await plant.work(declared(copy, in_order_of=lane))
    await plant.register(5)
    await plant.until_effects(5)
    connection = await worker.bus.client()
    with suppress(OSError):
        await connection.close()
    await plant.register(5, first=5)
    assert len(await plant.until_effects(10)) == 10
    assert isinstance(worker.bus, bus.Bus)
