"""What a run reads is asked for before it is decided, so that it takes few rounds, and a Book that
has forgotten everything makes it as well."""

from __future__ import annotations

from culm.book import book
from culm.recurring import tables
from culm.timers import commands as timer_commands
from tests import conftest
from tests.recurring import test_mandates
from tests.recurring.world import World

FORGETFUL = book.Limits(cache_rows=1, load_rounds=8)


async def test_a_run_takes_few_rounds_of_loading(database_url: str) -> None:
    async with conftest.ledger_on(database_url) as ledger:
        world = await World(ledger).begin()
        ann, shop = await world.wallet(100), await world.wallet()
        given = await test_mandates.give(world, ann, shop, monthly=500)
        made = await world.schedule(ann, shop, kind="purchase", mandate=given.id, retries=[1])
    async with conftest.ledger_on(database_url, clock=ledger.clock, limits=FORGETFUL) as cold:
        cold.clock.advance(days=1)
        fired = await cold.submit(timer_commands.FireTimers(timers=(f"{made.id}:run",)))
        assert (fired.fired, fired.failed) == (1, {})
        after = (await cold.store.load(tables.SCHEDULES, 0, [made.id]))[made.id]
        assert (after.passed, after.failures) == (1, 0)
        assert (await test_mandates.now(World(cold), given.id)).collections == 1
