"""What the simulation is made of: time that does not pass, and a store that fails as told."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from random import Random
from typing import Any, TypeVar

import pytest

from culm.book import memory, merkle, store, turn
from culm.ledger import tables
from culm.simulation import clockwork, database, expected, faults, weather

T = TypeVar("T")

TURN = turn.Head(1, turn.BEFORE_TIME, merkle.Frontier())


class Nobody:
    """Looks away."""

    def looked(self, process: object, head: turn.Head) -> None:
        """Nothing."""

    def attempted(self) -> None:
        """Nothing."""

    def landed(self, draft: turn.Draft) -> None:
        """Nothing."""

    def impossible(self, error: Exception, draft: turn.Draft | None = None) -> None:
        """Nothing."""


class World:
    """A database and two processes' connections to it."""

    def __init__(self, *, seed: int = 1, **likelihoods: float) -> None:
        self.luck = weather.Luck(Random(seed))
        self.luck.weather = weather.Weather(**likelihoods)
        self.store = memory.MemoryStore()
        shared = database.Database(store=self.store, witness=Nobody(), luck=self.luck)
        self.one, self.other = faults.FaultyStore(shared), faults.FaultyStore(shared)

    async def draft(self, nonce: str = "n") -> turn.Draft:
        """An empty turn on top of what there is."""
        return turn.Draft(0, await self.store.head(0), TURN, nonce)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run in virtual time."""
    with asyncio.Runner(loop_factory=clockwork.Loop) as runner:
        return runner.run(main)


def test_a_year_passes_at_once() -> None:
    async def wait() -> float:
        clock, loop = clockwork.WallClock(), asyncio.get_running_loop()
        began = clock()
        await asyncio.sleep(365 * 86_400)
        clock.jump(-86_400)
        assert (clock() - began).days == 364
        return loop.time()

    assert run(wait()) == pytest.approx(365 * 86_400)


def test_what_waits_for_nothing_is_told() -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    with pytest.raises(clockwork.Stalled):
        run(wait())


def test_a_write_lost_before_has_not_landed_and_one_lost_after_has() -> None:
    async def write() -> None:
        world = World(lost_before=1)
        with pytest.raises(store.Unreachable):
            await world.one.write(await world.draft())
        assert not world.store.nonces
        world = World(lost_after=1)
        with pytest.raises(store.InDoubt):
            await world.one.write(await world.draft())
        assert world.store.nonces == {(0, 1): "n"}

    run(write())


def test_a_write_lost_on_its_way_may_land_later_unless_its_turn_is_taken() -> None:
    async def write(*, taken: bool) -> set[str | None]:
        nonces = set()
        for seed in range(20):
            world = World(seed=seed, lost_during=1)
            with pytest.raises(store.InDoubt):
                await world.one.write(await world.draft())
            if taken:
                await world.store.write(await world.draft("fence"))
            await asyncio.sleep(10)
            nonces.add(await world.store.nonce(0, 1))
        return nonces

    assert run(write(taken=False)) == {"n", None}
    assert run(write(taken=True)) == {"fence"}


def test_nothing_gets_through_in_an_outage() -> None:
    async def ask() -> None:
        world = World()
        world.luck.outage = True
        for call in (world.one.head(0), world.one.lock(0), world.one.nonce(0, 1)):
            with pytest.raises(store.Unreachable):
                await call

    run(ask())


def test_the_lock_makes_others_wait() -> None:
    async def write() -> None:
        world = World()
        await world.one.lock(0)
        other = asyncio.create_task(world.other.write(await world.draft("other")))
        await asyncio.sleep(60)
        assert not other.done()
        assert await world.one.write(await world.draft("one"))
        assert not await other

    run(write())


def test_what_postgresql_cannot_hold_is_refused() -> None:
    async def write() -> None:
        world = World()
        with pytest.raises(store.Refused):
            await world.one.load(tables.CODES, 0, [("acme", "assets:\x00")])
        too_much, nul = (0, 1, 1, 0, "1", 10**38, 0, 0), (0, "acme", "a\x00", 0)
        for journal, row in ((tables.ENTRIES, too_much), (tables.REFERENCES, nul)):
            draft = await world.draft()
            draft.rows = {journal: [row]}
            with pytest.raises(store.Refused):
                await world.one.write(draft)
        assert not world.store.nonces

    run(write())


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 300])
def test_the_tree_by_definition_is_the_tree_by_frontier(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes([n % 256])) for n in range(size)]
    assert expected.tree(leaves) == merkle.Frontier().append(leaves)[0].root()
