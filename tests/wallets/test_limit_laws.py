"""Laws of limits, after any history: what is used is judged by a model that keeps every payment and
adds them up anew each time."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from culm.book import book, memory
from culm.wallets import commands, rejections, tables
from tests import conftest
from tests.wallets import trial
from tests.wallets.conftest import begun

NAMES: Final = ("per_payment", "day_sum", "day_count", "month_sum", "month_count")


@dataclass
class Model:
    """Every payment that counts, and the limits."""

    limits: dict[str, dict[str, int]] = field(default_factory=dict)
    paid: list[trial.Paid] = field(default_factory=list)

    def allows(self, direction: str, amount: int, now: datetime) -> bool:
        used = self.used(direction, now)
        limits = self.limits.get(direction, {})
        after = {
            "per_payment": amount,
            **{name: used[name] + (amount if "sum" in name else 1) for name in NAMES[1:]},
        }
        return all(after[name] <= most for name, most in limits.items())

    def used(self, direction: str, now: datetime) -> Counter[str]:
        counted: Counter[str] = Counter()
        for one in self.paid:
            if one.direction == direction and one.at.strftime("%Y%m") == now.strftime("%Y%m"):
                counted += Counter(month_sum=int(one.amount), month_count=1)
                if one.at.date() == now.date():
                    counted += Counter(day_sum=int(one.amount), day_count=1)
        return counted


class Life:
    """One wallet, and what was asked of it in turns; beside it the model."""

    def __init__(self) -> None:
        self.clock, self.model = conftest.Clock(), Model()
        self.clock.now = datetime(2026, 3, 29, 9, 30, tzinfo=UTC)
        self.seen: Counter[str] = Counter()
        self.voiding: list[trial.Paid] = []

    async def live(self, turns: list[list[Any]]) -> None:
        catalog, store = trial.with_payments(), memory.MemoryStore()
        book_ = book.Book(partition=0, catalog=catalog, store=store, clock=self.clock)
        await book_.start()
        world = await begun(conftest.Ledger(book_, store, self.clock, catalog))
        wallet = await world.wallet()
        await world.limit()
        self.model.paid.append(await world.pay_in(wallet.id, 10**9))
        for turn in turns:
            asked = [self.command(step, wallet.id) for step in turn]
            known = [one for one in asked if one is not None]
            answers = await asyncio.gather(*map(world.submit, known), return_exceptions=True)
            for command, answer in zip(known, answers, strict=True):
                self.judge(command, answer)
            await self.compare(store, wallet.id)
        await book_.stop()

    def command(self, step: tuple[str, Any], wallet: str) -> msgspec.Struct | None:
        kind, what = step
        match kind:
            case "pay":
                return trial.Pay(wallet=wallet, amount=what[0], direction=what[1])
            case "void":
                live = [one for one in self.model.paid if one not in self.voiding]
                if not live:
                    return None
                self.voiding.append(live[what % len(live)])
                return trial.Void(self.voiding[-1])
            case "limit":
                return commands.SetLimits(
                    tier="basic", currency="USD", direction=what[0], **what[1]
                )
        self.clock.advance(hours=what)
        return None

    def judge(self, command: msgspec.Struct, answer: Any) -> None:
        """Accepted exactly when the model allows it."""
        match command:
            case commands.SetLimits():
                bounds = {name: getattr(command, name) for name in NAMES}
                given_ = {name: most for name, most in bounds.items() if most is not None}
                self.model.limits[command.direction] = given_
            case trial.Void():
                assert answer == command.paid
                self.model.paid.remove(command.paid)
                self.seen["voided"] += 1
            case trial.Pay():
                allowed = self.model.allows(command.direction, command.amount, self.clock.now)
                if allowed:
                    assert isinstance(answer, trial.Paid), answer
                    self.model.paid.append(answer)
                else:
                    assert isinstance(answer, rejections.LimitExceeded), answer
                self.seen["paid" if allowed else "refused"] += 1

    async def compare(self, store: memory.MemoryStore, wallet: str) -> None:
        """What is kept is what the model counts on the newest day."""
        keys = [(wallet, "USD", direction) for direction in ("in", "out")]
        for key, use in (await store.load(tables.USES, 0, keys)).items():
            moment = datetime.combine(use.day, datetime.min.time(), UTC)
            used = self.model.used(key[2], moment)
            assert {name: getattr(use, name) for name in NAMES[1:]} == {
                name: used[name] for name in NAMES[1:]
            }


AMOUNTS = st.integers(1, 60)
DIRECTIONS = st.sampled_from(["out", "out", "out", "in"])
BOUNDS = st.fixed_dictionaries(
    {},
    optional={
        "per_payment": st.sampled_from([0, 20, 40]),
        "day_sum": st.integers(0, 120),
        "day_count": st.integers(0, 5),
        "month_sum": st.integers(0, 300),
        "month_count": st.integers(0, 9),
    },
)
PAYMENTS = st.tuples(st.just("pay"), st.tuples(AMOUNTS, DIRECTIONS))
VOIDS = st.tuples(st.just("void"), st.integers(0, 50))
LIMITS = st.tuples(st.just("limit"), st.tuples(DIRECTIONS, BOUNDS))
WAITS = st.tuples(st.just("wait"), st.sampled_from([1, 9, 15, 24, 50, 24 * 31]))
TURNS = st.lists(PAYMENTS | PAYMENTS | PAYMENTS | VOIDS | LIMITS, min_size=1, max_size=8)
HISTORIES = st.lists(TURNS | WAITS.map(lambda wait: [wait]), min_size=3, max_size=14)

law = settings(max_examples=60, deadline=None)


def lived(history: list[list[Any]]) -> Life:
    life = Life()
    asyncio.run(life.live(history))
    return life


@law
@given(HISTORIES)
def test_a_payment_passes_exactly_when_no_limit_of_its_day_or_month_forbids_it(
    history: list[list[Any]],
) -> None:
    """So never more than a limit is used, and what is voided is given back to its own day."""
    lived(history)


def test_histories_are_eventful_enough_to_say_something() -> None:
    seen: Counter[str] = Counter()

    @seed(20261125)
    @settings(max_examples=60, deadline=None, database=None)
    @given(HISTORIES)
    def look(history: list[list[Any]]) -> None:
        seen.update(lived(history).seen)

    look()
    assert min(seen[name] for name in ("paid", "refused", "voided")) > 40, seen
