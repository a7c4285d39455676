"""Which reactors run may change while they run; what the stream no longer has is in the log."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from nats.aio import client as client_
from nats.js import api
from nats.js import errors as js_errors

from culm.facts import stream
from culm.work import consumer, crew, loading, reactor
from tests.facts.conftest import until
from tests.work.conftest import Asset, Plant, by_lane, code, copy, declared, effect, lane

ORDERS = pytest.mark.parametrize("in_order_of", [None, lane], ids=["unordered", "ordered"])


@ORDERS
async def test_what_the_stream_no_longer_has_is_read_from_the_log(
    plant: Plant, client: client_.Client, in_order_of: Any
) -> None:
    await plant.register(60, lanes=4)
    await until(lambda: _published(client, 63))
    await client.jetstream().purge_stream(stream.name_of(0), seq=50)
    await plant.work(declared(copy, in_order_of=in_order_of))
    await plant.work(declared(copy, in_order_of=in_order_of))
    await plant.until_effects(60)
    await plant.register(20, lanes=4, first=60)
    found = await plant.until_effects(80)
    assert Counter(one for one, _ in found) == Counter(code(n) for n in range(80))
    if in_order_of is not None:
        assert all(one == sorted(one) for one in by_lane(found).values())


@ORDERS
async def test_a_queue_that_was_made_after_its_stream_was_trimmed_skips_nothing(
    plant: Plant, client: client_.Client, in_order_of: Any
) -> None:
    """As a process leaves it that dies before it has looked where the stream begins."""
    await plant.register(20, lanes=4)
    await until(lambda: _published(client, 23))
    await client.jetstream().purge_stream(stream.name_of(0), seq=10)
    left = api.ConsumerConfig(
        durable_name="copy",
        deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=1,
        ack_policy=api.AckPolicy.EXPLICIT,
    )
    await client.jetstream().add_consumer(stream.name_of(0), left)
    await plant.work(declared(copy, in_order_of=in_order_of))
    found = await plant.until_effects(20)
    assert Counter(one for one, _ in found) == Counter(code(n) for n in range(20))


async def _published(client: client_.Client, count: int) -> bool:
    with suppress(js_errors.NotFoundError):  # the relay makes it when it begins
        info = await client.jetstream().stream_info(stream.name_of(0))
        return info.state.last_seq >= count
    return False


async def test_reactors_come_and_go_while_others_run(plant: Plant, client: client_.Client) -> None:
    first, second = declared(copy, name="first"), declared(copy, name="second")
    worker = await plant.work(first)
    await plant.register(2)
    await plant.until_effects(2)
    worker.crew.set_reactors([first, second])
    await plant.until_effects(4)
    worker.crew.set_reactors([second])

    async def gone() -> bool:
        try:
            await client.jetstream().consumer_info(stream.name_of(0), "first")
        except js_errors.NotFoundError:
            return True
        return False

    await until(gone)
    await plant.register(2, first=2)
    await plant.until_effects(6)
    worker.crew.set_reactors([first, second])
    found = Counter(one for one, _ in await plant.until_effects(8))
    assert found == {code(n): 2 for n in range(4)}, "it goes on where it was"


async def test_another_way_to_react_takes_over_without_a_new_queue(plant: Plant) -> None:
    heard: list[str] = []

    async def hear(of: Asset, _means: reactor.Means) -> reactor.Commands:
        heard.append(of.event.code)
        return effect(of)

    worker = await plant.work(declared(copy))
    await plant.register(1)
    await plant.until_effects(1)
    (before,) = worker.crew.numbers()
    worker.crew.set_reactors([declared(hear)])
    await plant.register(1, first=1)
    await plant.until_effects(2)
    (after,) = worker.crew.numbers()
    assert heard == [code(1)]
    assert after.counts is before.counts


async def test_another_declaration_waits_for_what_is_under_way(plant: Plant) -> None:
    under_way, may_end = asyncio.Event(), asyncio.Event()
    most = 0
    at_once = 0

    async def slow(of: Asset, _means: reactor.Means) -> reactor.Commands:
        nonlocal most, at_once
        at_once += 1
        most = max(most, at_once)
        under_way.set()
        await may_end.wait()
        at_once -= 1
        return effect(of)

    worker = await plant.work(declared(slow, in_order_of=lane))
    await plant.register(3)
    await under_way.wait()
    worker.crew.set_reactors([declared(slow, in_order_of=lane, concurrency=2)])
    await asyncio.sleep(0.1)
    may_end.set()
    found = await plant.until_effects(3)
    assert [one for one, _ in found] == [code(n) for n in range(3)]
    assert most == 1


async def test_a_reactor_of_one_tenant_is_told_of_no_other(plant: Plant) -> None:
    await plant.register(2)
    worker = await plant.work(declared(copy, name="theirs", tenant="other"), declared(copy))
    await plant.until_effects(2)
    done = {numbers.reactor: numbers.counts.done for numbers in worker.crew.numbers()}
    assert done == {"theirs": 0, "copy": 2}


def test_two_of_a_name_are_refused() -> None:
    with pytest.raises(crew.ReactorTwice, match="copy"):
        crew.require_distinct([declared(copy), declared(copy, concurrency=2)])


def test_the_filters_of_a_reactor_are_its_facts_and_retries() -> None:
    assert consumer.filters(declared(copy)) == [
        "culm.*.ledger.asset_registered",
        "culm.*.work.retried",
    ]
    every = reactor.Reactor(name="all", on=(), react=copy, tenant="a.b")
    assert consumer.filters(every) == ["culm.a%2Eb.>"]


PLUGIN = """
from culm.ledger import events
from culm.work.reactor import Reactor

async def react(fact, means):
    return None

ONE = Reactor(name="one", on=(events.HoldPlaced,), react=react)
MANY = [ONE, Reactor(name="two", on=(), react=react)]
NONE = 7
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of somebody's own."""
    (tmp_path / "own_reactors.py").write_text(PLUGIN)
    (tmp_path / "broken_reactors.py").write_text("import nowhere_to_be_found")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("plugin")
def test_reactors_of_ones_own_are_found_by_their_names() -> None:
    assert loading.load("") == ()
    found = loading.load(" own_reactors:ONE, own_reactors:MANY,")
    assert [one.name for one in found] == ["one", "one", "two"]


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("own_reactors", "not of the form"),
        (":ONE", "not of the form"),
        ("own_reactors:TWO", "own_reactors has no TWO"),
        ("own_reactors:NONE", "holds a int, and no Reactor"),
        ("nowhere_at_all:ONE", "nowhere_at_all cannot be imported"),
        ("broken_reactors:ONE", "nowhere_to_be_found"),
    ],
)
def test_what_does_not_lead_to_reactors_is_named(setting: str, said: str) -> None:
    with pytest.raises(loading.ReactorsInvalid, match=said) as refused:
        loading.load(setting)
    assert refused.value.field == "CULM_REACTORS"
