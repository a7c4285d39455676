"""Reactors without order: at least once each, with one effect, in any number of processes."""

from __future__ import annotations

import asyncio
from collections import Counter

import msgspec
import pytest

from culm.kernel import errors
from culm.ledger import commands
from culm.work import consumer, reactor
from tests.facts.conftest import until
from tests.work.conftest import Asset, Plant, code, copy, declared, effect


class NoCommand(msgspec.Struct):
    """What no context knows."""


async def test_every_fact_is_reacted_to_and_has_one_effect(plant: Plant) -> None:
    await plant.register(50)
    await plant.work(declared(copy))
    await plant.register(50, first=50)

    found = await plant.until_effects(100)
    assert Counter(found_code for found_code, _ in found) == Counter(code(n) for n in range(100))


async def test_what_follows_names_the_fact_and_the_reactor(plant: Plant) -> None:
    await plant.register(1)
    await plant.work(declared(copy))
    await plant.until_effects(1)

    fact, followed = await plant.rows(
        "select * from book_log where type in ('ledger.asset_registered',"
        " 'ledger.transaction_posted') order by position"
    )
    fact_id = f"evt_{fact['position']:016x}"
    assert followed["causation"] == fact_id
    assert followed["correlation"] == fact["correlation"]
    assert followed["actor"] == "reactor:copy"
    keys = await plant.rows("select key from book_answer where tenant = 'acme'")
    assert [row["key"] for row in keys] == [f"copy:{fact_id}"]


async def test_a_reaction_that_fails_after_its_effect_has_no_second_one(plant: Plant) -> None:
    tried: Counter[str] = Counter()

    async def fails_late(of: Asset, _means: reactor.Means) -> reactor.Commands:
        tried[of.event.code] += 1
        return effect(of) if tried[of.event.code] > 2 else [effect(of), NoCommand()]

    await plant.register(20)
    worker = await plant.work(declared(fails_late))
    await until(lambda: worker.done() == 20)
    assert len(await plant.effects()) == 20
    assert set(tried.values()) == {3}


async def test_an_attempt_that_answers_otherwise_than_one_before_has_no_second_effect(
    plant: Plant,
) -> None:
    tried: Counter[str] = Counter()

    async def differs(of: Asset, _means: reactor.Means) -> reactor.Commands:
        tried[of.event.code] += 1
        if tried[of.event.code] == 1:
            return [effect(of), NoCommand()]
        return commands.OpenAccount(code=f"assets:{of.event.code.lower()}", currency="USD")

    await plant.register(3)
    worker = await plant.work(declared(differs))
    await until(lambda: worker.done() == 3)
    assert len(await plant.effects()) == 3
    assert await plant.rows("select from ledger_account where code like 'assets:n%'") == []


@pytest.mark.parametrize("at_once", [1, 2, 9])
async def test_several_commands_follow_each_once(plant: Plant, at_once: int) -> None:
    async def five_times(of: Asset, _means: reactor.Means) -> reactor.Commands:
        return [effect(of) for _ in range(5)]

    await plant.register(3)
    await plant.work(declared(five_times, at_once=at_once))
    found = await plant.until_effects(15)
    assert Counter(found_code for found_code, _ in found) == {code(n): 5 for n in range(3)}
    answers = await plant.rows("select key from book_answer where key like 'copy:%'")
    assert len({row["key"] for row in answers}) == 15


async def test_one_of_several_at_once_that_fails_takes_nothing_from_the_others(
    plant: Plant,
) -> None:
    async def fails(of: Asset, _means: reactor.Means) -> reactor.Commands:
        return [effect(of), NoCommand(), effect(of)]

    await plant.register(1)
    await plant.work(declared(fails, attempts=2, at_once=3))

    async def parked() -> bool:
        return bool(await plant.parked())

    await until(parked)
    assert len(await plant.effects()) == 2


async def test_what_fails_is_tried_again_and_then_parked_with_the_reason(plant: Plant) -> None:
    async def fails(_of: Asset, _means: reactor.Means) -> None:
        raise ValueError("Ann's card \x00 is 4111…" + "x" * 5_000)

    await plant.register(1)
    await plant.work(declared(fails, attempts=3))

    async def parked() -> bool:
        return bool(await plant.parked())

    await until(parked)
    ((_, why, state),) = await plant.parked()
    assert (why, state) == ("error:ValueError", "parked")
    (row,) = await plant.rows("select attempts, message from work_failure")
    assert row["attempts"] == 3
    assert row["message"].startswith("ValueError: Ann's card")
    assert len(row["message"]) <= 2_000
    (event,) = await plant.rows("select body from book_log where type = 'work.parked'")
    assert "Ann" not in event["body"]


async def test_a_rejected_command_parks_at_once(plant: Plant) -> None:
    async def overdraw(of: Asset, _means: reactor.Means) -> reactor.Commands:
        return commands.ReleaseHold(hold="hld_0000000000000001")

    await plant.register(1)
    await plant.work(declared(overdraw))

    async def parked() -> bool:
        return bool(await plant.parked())

    await until(parked)
    assert [why for _, why, _ in await plant.parked()] == ["rejected:hold_not_found"]
    (row,) = await plant.rows("select attempts from work_parked")
    assert row["attempts"] == 1


async def test_a_reaction_that_takes_too_long_has_failed(plant: Plant) -> None:
    async def never(_of: Asset, _means: reactor.Means) -> None:
        await asyncio.sleep(3_600)

    await plant.register(1)
    await plant.work(declared(never, attempts=2, timeout_seconds=0.05))

    async def parked() -> bool:
        return bool(await plant.parked())

    await until(parked)
    assert [why for _, why, _ in await plant.parked()] == ["timeout"]


async def test_waiting_and_trouble_of_the_platform_are_no_failures(plant: Plant) -> None:
    tried: Counter[str] = Counter()

    async def waits(of: Asset, _means: reactor.Means) -> reactor.Commands:
        tried[of.event.code] += 1
        if tried[of.event.code] == 1:
            raise reactor.Later(0.05, "the bank is closed")
        if tried[of.event.code] == 2:
            raise errors.Busy("too much work is waiting")
        return effect(of)

    await plant.register(3)
    worker = await plant.work(declared(waits, attempts=1))
    await plant.until_effects(3)
    assert await plant.parked() == []
    (numbers,) = worker.crew.numbers()
    assert (numbers.counts.done, numbers.counts.failed) == (3, 0)


async def test_one_that_hangs_holds_up_no_other(plant: Plant) -> None:
    async def hangs(_of: Asset, _means: reactor.Means) -> None:
        await asyncio.sleep(3_600)

    at_once: set[int] = set()

    async def counts(of: Asset, _means: reactor.Means) -> reactor.Commands:
        at_once.add(len(worker.crew.numbers()))
        return effect(of)

    await plant.register(40)
    worker = await plant.work(
        declared(hangs, name="hangs", concurrency=4),
        declared(counts),
        stop_seconds=0.1,
    )
    await plant.until_effects(40)
    in_hand = {number.reactor: number.counts.in_hand for number in worker.crew.numbers()}
    assert in_hand["hangs"] == 4


async def test_two_processes_share_the_work(plant: Plant) -> None:
    shares: Counter[str] = Counter()

    def of_process(name: str) -> reactor.Reactor:
        async def react(of: Asset, _means: reactor.Means) -> reactor.Commands:
            shares[name] += 1
            await asyncio.sleep(0.01)
            return effect(of)

        return declared(react, concurrency=2)

    await plant.work(of_process("one"))
    await plant.work(of_process("two"))
    await plant.register(60)
    found = await plant.until_effects(60)
    assert len(found) == len(set(found)) == 60
    assert shares["one"]
    assert shares["two"]


async def test_a_stop_lets_what_is_under_way_end_and_gives_the_rest_back(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "ACK_WAIT_SECONDS", 3_600.0)  # nothing comes back by itself
    began, may_end = asyncio.Barrier(3), asyncio.Event()

    async def slow(of: Asset, _means: reactor.Means) -> reactor.Commands:
        await began.wait()  # what has not come yet when it stops, comes again later
        if of.event.code == code(0):
            await may_end.wait()
        else:
            await asyncio.sleep(3_600)
        return effect(of)

    await plant.register(2)
    worker = await plant.work(declared(slow), stop_seconds=0.5)
    await began.wait()
    may_end.set()
    await worker.stop()
    assert [found for found, _ in await plant.effects()] == [code(0)]

    await plant.work(declared(copy))
    assert [found for found, _ in await plant.until_effects(2)] == [code(0), code(1)]
