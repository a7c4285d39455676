"""Whatever is killed, whenever: every event is sent until it is taken."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from culm.facts import fact as fact_
from culm.webhooks import commands, events
from culm.work import reactor
from tests.webhooks.conftest import World, receiving


class Killed(Exception):
    """The worker is no more."""


class Unlucky(World):
    """A world whose workers die at any point, and whose facts are told more than once."""

    luck: random.Random

    async def react(self, each: reactor.Reactor, one: fact_.Fact[Any]) -> None:
        """A worker that dies leaves its fact to another, until one lives."""
        while True:
            try:
                await super().react(self.doomed(each), one)
            except Killed:
                continue
            if self.luck.random() < 0.9:
                return

    def doomed(self, each: reactor.Reactor) -> reactor.Reactor:
        """The reactor, in a worker that may die before it reacts, or before its command is asked
        for."""

        async def react(fact: fact_.Fact[Any], means: reactor.Means) -> reactor.Commands:
            self.die(0.1)
            follows = await each.react(fact, means)
            self.die(0.2)
            return follows

        return reactor.Reactor(
            name=each.name, tenant=each.tenant, on=each.on, react=react, begins=each.begins
        )

    def die(self, likelihood: float) -> None:
        if self.luck.random() < likelihood:
            raise Killed

    async def submit(self, command: Any, **origin: Any) -> Any:
        """The command lands, and the worker dies before it hears so."""
        answer = await super().submit(command, **origin)
        if origin.get("causation"):
            self.die(0.2)
        return answer


@pytest.mark.parametrize("seed", range(5))
async def test_webhooks_are_attempted_until_they_succeed(world: World, seed: int) -> None:
    unlucky = Unlucky(world.ledger, world.post)
    unlucky.luck = random.Random(seed)
    statuses = [unlucky.luck.choice([200, 200, 500, 503, 404]) for _ in range(30)] + [200]
    async with receiving(statuses=statuses) as receiver, receiving() as calm:
        made = await unlucky.endpoint(receiver.url, event_types=("ledger.*",))
        await unlucky.endpoint(calm.url, event_types=("ledger.*",))
        since = unlucky.clock()
        happened = await unlucky.happen(12)
        await unlucky.deliver()
        await unlucky.submit(commands.ReplaySince(endpoint=made.id, since=since))
        await unlucky.deliver()
        for _ in range(20):
            await unlucky.wait(days=1)

    assert set(receiver.ids) == set(happened)
    assert Counter(calm.ids) == Counter(happened), "what was noted is never sent again"
    open_ = await unlucky.ledger.db.fetchval(
        "select count(*) from webhook_delivery where state <> 'delivered'"
    )
    assert open_ == 0
    taken = await unlucky.ledger.db.fetchval(
        "select count(distinct event) from webhook_attempt where failure = '' and endpoint = $1",
        int(made.id[4:], 16),
    )
    assert taken == len(happened)
    assert await unlucky.recorded(events.EndpointDisabled) == []
