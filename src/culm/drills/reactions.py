"""The reactors of the drill: each answers a hold with one command, and now and then fails first."""

from __future__ import annotations

import random
from typing import Any, Final

from culm.drills import load
from culm.facts import fact as fact_
from culm.ledger import commands, events
from culm.work import reactor

ECHO: Final = "echo"
"""The kind of the transactions that answer holds."""
FAILING: Final = 0.05
"""The share of reactions that fail for no reason."""
PATIENCE: Final = reactor.Backoff(first_seconds=0.05, most_seconds=1.0)
ATTEMPTS: Final = 40

_dice: Final = random.SystemRandom()


async def echo(
    fact: fact_.Fact[events.HoldPlaced], _means: reactor.Means
) -> commands.PostTransaction:
    """Answer a hold with a transaction that names it."""
    _fail_at_times()
    postings = (
        commands.Posting(load.account(0), "debit", 1),
        commands.Posting(load.account(1), "credit", 1),
    )
    return commands.PostTransaction(postings=postings, kind=ECHO, reference=fact.event.id)


async def release(
    fact: fact_.Fact[events.HoldPlaced], _means: reactor.Means
) -> commands.ReleaseHold:
    """Give a hold back: those of one account in the order in which they were placed."""
    _fail_at_times()
    return commands.ReleaseHold(hold=fact.event.id)


def _fail_at_times() -> None:
    if _dice.random() < FAILING:
        raise RuntimeError("a reaction of the drill fails now and then")


def _account(fact: fact_.Fact[Any]) -> str:
    event: events.HoldPlaced = fact.event
    return event.debit


REACTORS: Final = (
    reactor.Reactor(
        name="drill-echo",
        on=(events.HoldPlaced,),
        react=echo,
        begins="start",
        attempts=ATTEMPTS,
        backoff=PATIENCE,
    ),
    reactor.Reactor(
        name="drill-release",
        on=(events.HoldPlaced,),
        react=release,
        in_order_of=_account,
        begins="start",
        attempts=ATTEMPTS,
        backoff=PATIENCE,
    ),
)
