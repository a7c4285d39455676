"""Reactors that keep the order of each aggregate, whatever fails, is parked, or is taken over."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from culm.work import commands as work_commands
from culm.work import ordered, reactor
from tests.facts.conftest import until
from tests.work.conftest import (
    Asset,
    Plant,
    by_lane,
    code,
    copy,
    declared,
    effect,
    lane,
)


def expected(count: int, lanes: int) -> dict[str, list[str]]:
    """So many facts dealt out to lanes, in their order."""
    return {f"lane {n}": [code(i) for i in range(n, count, lanes)] for n in range(lanes)}


async def test_facts_of_an_aggregate_are_reacted_to_in_order_and_others_at_the_same_time(
    plant: Plant,
) -> None:
    under_way: Counter[str] = Counter()
    most = 0

    async def slowly(of: Asset, _means: reactor.Means) -> reactor.Commands:
        nonlocal most
        under_way[of.event.name] += 1
        assert under_way[of.event.name] == 1
        most = max(most, under_way.total())
        await asyncio.sleep(0.002)
        under_way[of.event.name] -= 1
        return effect(of)

    await plant.register(100, lanes=8)
    await plant.work(declared(slowly, in_order_of=lane, concurrency=4))
    await plant.register(100, lanes=8, first=100)
    found = await plant.until_effects(200)
    assert by_lane(found) == by_lane([(code(n), f"lane {n % 8}") for n in range(200)])
    assert most == 4


async def test_a_lane_that_fails_waits_and_the_others_go_on(plant: Plant) -> None:
    mended = asyncio.Event()

    async def fails_in_lane_0(of: Asset, _means: reactor.Means) -> reactor.Commands:
        if of.event.name == "lane 0" and not mended.is_set():
            raise OSError("no line")
        return effect(of)

    await plant.register(40, lanes=4)
    await plant.work(declared(fails_in_lane_0, in_order_of=lane, attempts=10_000, concurrency=1))
    found = by_lane(await plant.until_effects(30))
    assert "lane 0" not in found
    mended.set()
    assert by_lane(await plant.until_effects(40)) == expected(40, 4)


async def test_what_comes_after_a_parked_fact_of_its_aggregate_is_parked_behind_it(
    plant: Plant,
) -> None:
    mended = asyncio.Event()
    tried: Counter[str] = Counter()

    async def fails_once_in_lane_0(of: Asset, _means: reactor.Means) -> reactor.Commands:
        tried[of.event.code] += 1
        if of.event.code == code(0) and not mended.is_set():
            raise OSError("no line")
        return effect(of)

    await plant.register(12, lanes=3)
    await plant.work(declared(fails_once_in_lane_0, in_order_of=lane, attempts=2))
    await plant.until_effects(8)

    async def all_parked() -> bool:
        return len(await plant.parked()) == 4

    await until(all_parked)
    first, *behind = await plant.parked()
    assert first[1:] == ("error:OSError", "parked")
    assert [one[1:] for one in behind] == [(f"behind:{first[0]}", "parked")] * 3
    assert all(tried[code(n)] == 0 for n in (3, 6, 9))

    mended.set()
    retry = work_commands.RetryParked(id=f"copy:{first[0]}")
    await plant.ledger.submit(retry)
    assert by_lane(await plant.until_effects(12)) == expected(12, 3)

    async def all_settled() -> bool:
        return {state for _, _, state in await plant.parked()} == {"settled"}

    await until(all_settled)
    await plant.register(3, lanes=3, first=12)
    assert by_lane(await plant.until_effects(15)) == expected(15, 3)


async def test_a_parked_fact_that_is_dropped_lets_the_next_one_pass(plant: Plant) -> None:
    async def fails_with_0(of: Asset, _means: reactor.Means) -> reactor.Commands:
        if of.event.code == code(0):
            raise OSError("no line")
        return effect(of)

    await plant.register(3)
    await plant.work(declared(fails_with_0, in_order_of=lane, attempts=1))

    async def all_parked() -> bool:
        return len(await plant.parked()) == 3

    await until(all_parked)
    first, *_ = await plant.parked()
    await plant.ledger.submit(work_commands.DropParked(id=f"copy:{first[0]}"))
    assert [found for found, _ in await plant.until_effects(2)] == [code(1), code(2)]
    await plant.register(2, first=3)
    found = await plant.until_effects(4)
    assert [one for one, _ in found] == [code(n) for n in (1, 2, 3, 4)]


async def test_a_lane_whose_only_parked_fact_was_dropped_is_free_again(plant: Plant) -> None:
    async def fails_with_0(of: Asset, _means: reactor.Means) -> reactor.Commands:
        if of.event.code == code(0):
            raise OSError("no line")
        return effect(of)

    await plant.register(1)
    await plant.work(declared(fails_with_0, in_order_of=lane, attempts=1))

    async def parked() -> bool:
        return len(await plant.parked()) == 1

    await until(parked)
    ((fact, _, _),) = await plant.parked()
    await plant.ledger.submit(work_commands.DropParked(id=f"copy:{fact}"))
    await plant.register(2, first=1)
    assert [found for found, _ in await plant.until_effects(2)] == [code(1), code(2)]


async def test_a_new_leader_takes_up_what_the_one_before_had_in_hand(
    plant: Plant,
) -> None:
    hanging = asyncio.Event()
    seen: list[str] = []

    async def hangs_in_lane_0(of: Asset, _means: reactor.Means) -> reactor.Commands:
        if of.event.name == "lane 0":
            hanging.set()
            await asyncio.sleep(3_600)
        return effect(of)

    async def notes(of: Asset, _means: reactor.Means) -> reactor.Commands:
        seen.append(of.event.code)
        return effect(of)

    await plant.register(30, lanes=3)
    first = await plant.work(declared(hangs_in_lane_0, in_order_of=lane), stop_seconds=0.1)
    await hanging.wait()
    await plant.until_effects(20)

    async def noted() -> bool:
        rows = await plant.rows("select pending from work_place where cardinality(pending) = 10")
        return bool(rows)

    await until(noted)
    await first.lose_leads()
    await plant.work(declared(notes, in_order_of=lane))
    assert by_lane(await plant.until_effects(30)) == expected(30, 3)
    assert seen == expected(30, 3)["lane 0"], "and nothing that was done is tried again"


async def test_a_leader_that_dies_before_it_noted_anything_loses_nothing(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordered, "NOTE_SECONDS", 3_600)
    await plant.register(20, lanes=4)
    first = await plant.work(declared(copy, in_order_of=lane))
    await plant.until_effects(20)
    await first.lose_leads()
    second = await plant.work(declared(copy, in_order_of=lane))
    await until(lambda: second.done() == 20)
    assert len(await plant.effects()) == 20


async def test_blocked_lanes_outlive_their_leader(plant: Plant) -> None:
    async def fails(_of: Asset, _means: reactor.Means) -> reactor.Commands:
        raise OSError("no line")

    await plant.register(1)
    first = await plant.work(declared(fails, in_order_of=lane, attempts=1))

    async def parked() -> bool:
        return len(await plant.parked()) == 1

    await until(parked)
    await first.stop()
    await plant.register(2, first=1)
    await plant.work(declared(copy, in_order_of=lane))

    async def all_parked() -> bool:
        return len(await plant.parked()) == 3

    await until(all_parked)
    assert await plant.effects() == []
    (fact, *_), *_ = await plant.parked()
    await plant.ledger.submit(work_commands.RetryParked(id=f"copy:{fact}"))
    assert [found for found, _ in await plant.until_effects(3)] == [code(n) for n in range(3)]


async def test_an_aggregate_that_cannot_be_told_is_parked(plant: Plant) -> None:
    def nobody_knows(of: Asset) -> str:
        if of.event.code == code(1):
            raise KeyError("customer")
        return of.event.name

    await plant.register(3)
    await plant.work(declared(copy, in_order_of=nobody_knows))
    assert [found for found, _ in await plant.until_effects(2)] == [code(0), code(2)]
    assert [why for _, why, _ in await plant.parked()] == ["undecodable"]


async def test_a_reactor_may_change_to_order_and_back_without_losing_its_place(
    plant: Plant,
) -> None:
    for number, in_order_of in enumerate((None, lane, None, lane)):
        await plant.register(10, lanes=2, first=10 * number)
        worker = await plant.work(declared(copy, in_order_of=in_order_of))
        await plant.until_effects(10 * (number + 1))
        await worker.stop()
    found = await plant.effects()
    assert Counter(one for one, _ in found) == Counter(code(n) for n in range(40))
