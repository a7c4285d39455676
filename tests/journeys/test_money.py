"""Whatever people, the shop, the house and the banks do, in whatever order and however much time
passes: every cent is where payments and banks say that it is, and in the end nothing is stuck."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from culm.batches.parsing import call, draft
from culm.kernel import embedded
from culm.payments import commands, transitions
from culm.wallets import commands as wallet_commands
from tests.journeys import town as town_
from tests.rails.ach.sending import desk

BUILT: Final = "town"
_copies = itertools.count(1)

people = st.sampled_from(town_.PEOPLE)
pairs = st.permutations(town_.PEOPLE).map(lambda some: some[:2])
amounts = st.integers(20, 9_000)
parts = st.none() | st.integers(1, 2_000)
mostly = st.sampled_from([True, True, True, False])
rarely = st.sampled_from([False, False, False, True])
collected = st.integers(0, len(town_.COLLECTED) - 1)
paid = st.sampled_from(
    [at for at, number in enumerate(town_.PAID) for _ in range(1 if number.startswith("97") else 6)]
)
"""A refusal takes all with it that was in the same file or batch: seldom is often enough."""


SLOW: Final = town_.PAID.index("990000010")
"""Its bank sends back after a month, and what is collected back from it as well."""

LONG: Final = 45 * 24
"""Hours after which whatever was begun has ended, and what comes back has come back."""


class Journeys(RuleBasedStateMachine):
    """What may happen in the town."""

    payments: Any = Bundle("payments")
    bought: Any = Bundle("bought")
    sent: Any = Bundle("sent")
    disputes: Any = Bundle("disputes")

    def __init__(
        self, server: embedded.Server, plan: town_.Plan, source: Path, happened: Counter[str]
    ) -> None:
        super().__init__()
        self.happened = happened
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.directory = source.parent / f"copy-{next(_copies)}"
        opening = town_.copied(server, BUILT, plan, source, self.directory)
        self.town = self.run(self.stack.enter_async_context(opening))
        self.wallets, self.plan = plan.wallets, plan
        self.looked = False

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        self.looked = False
        return self.runner.run(work)

    def ask(self, command: Any) -> Any:
        return self.run(self.town.ask(command))

    def made(self, payment: Any) -> Any:
        return multiple() if payment is None else payment.id

    # -- how it begins

    @initialize(
        target=payments,
        ins=st.lists(st.tuples(people, collected, amounts), min_size=2, max_size=4),
    )
    def begin_with_top_ups(self, ins: list[Any]) -> Any:
        """Something of everything is under way, so that much can come of it."""
        return multiple(*filter(self.is_made, [self.top_up(*one, same_day=False) for one in ins]))

    @initialize(
        targets=(payments, sent),
        outs=st.lists(st.tuples(people, paid, amounts), min_size=2, max_size=4),
    )
    def begin_with_withdrawals(self, outs: list[Any]) -> Any:
        """The same, of what goes to banks: some of it long enough to be collected back in vain."""
        outs = [*outs, *[(who, SLOW, 500) for who in town_.PEOPLE]]
        return multiple(
            *filter(self.is_made, [self.withdraw(*one, same_day=False) for one in outs])
        )

    @initialize(
        targets=(payments, bought),
        buys=st.lists(st.tuples(st.sampled_from(["ann", "ben"]), amounts), min_size=1, max_size=3),
    )
    def begin_with_purchases(self, buys: list[Any]) -> Any:
        """The same, of what goes between wallets."""
        made = [
            self.buy(who, amount, how, 1_000, True)
            for who, amount in buys
            for how in ("manual", "automatic")
        ]
        return multiple(*filter(self.is_made, made))

    def is_made(self, payment: Any) -> bool:
        return isinstance(payment, str)

    # -- what may be done

    @rule(target=payments, who=people, account=collected, amount=amounts, same_day=rarely)
    def top_up(self, who: str, account: int, amount: int, same_day: bool) -> Any:
        """Somebody fills a wallet from a bank account."""
        source = self.plan.collected[who][account]
        work = self.town.pay("top_up", source, self.wallets[who], amount, same_day=same_day)
        return self.made(self.run(work))

    @rule(targets=(payments, sent), who=people, account=paid, amount=amounts, same_day=rarely)
    def withdraw(self, who: str, account: int, amount: int, same_day: bool) -> Any:
        """Somebody takes money out to a bank account."""
        there = self.plan.paid[who][account]
        work = self.town.pay("withdrawal", self.wallets[who], there, amount, same_day=same_day)
        return self.made(self.run(work))

    @rule(targets=(payments, sent), sides=pairs, account=paid, amount=amounts)
    def pay_out(self, sides: list[str], account: int, amount: int) -> Any:
        """Somebody sends money to somebody else's bank account."""
        giver, receiver = sides
        there = self.plan.paid[receiver][account]
        return self.made(self.run(self.town.pay("payout", self.wallets[giver], there, amount)))

    @rule(targets=(payments, bought), sides=pairs, amount=amounts)
    def transfer(self, sides: list[str], amount: int) -> Any:
        """Somebody pays somebody."""
        giver, receiver = (self.wallets[one] for one in sides)
        return self.made(self.run(self.town.pay("transfer", giver, receiver, amount)))

    @rule(
        targets=(payments, bought),
        who=st.sampled_from(["ann", "ben"]),
        amount=amounts,
        capture=st.sampled_from(["automatic", "manual"]),
        share=st.none() | st.integers(1, 3_000),
        confirm=mostly,
    )
    def buy(self, who: str, amount: int, capture: str, share: int | None, confirm: bool) -> Any:
        """Somebody buys at the shop; perhaps the other one gets a part of it."""
        other = self.wallets["ben" if who == "ann" else "ann"]
        splits = [] if share is None else [{"wallet": other, "basis_points": share}]
        payer, shop = self.wallets[who], self.wallets["shop"]
        more = {"capture": capture, "splits": splits, "confirm": confirm}
        return self.made(self.run(self.town.pay("purchase", payer, shop, amount, **more)))

    @rule(targets=(payments, bought), sides=pairs)
    def give_all(self, sides: list[str]) -> Any:
        """Somebody gives away all there is: what comes back later is not covered."""
        giver, receiver = (self.wallets[one] for one in sides)
        amount = self.run(self.town.available(giver)) * 99 // 100 - 1
        if amount <= 0:
            return multiple()
        return self.made(self.run(self.town.pay("transfer", giver, receiver, amount)))

    @rule(
        targets=(payments, sent),
        who=people,
        entries=st.lists(
            st.tuples(st.sampled_from([*town_.PEOPLE, None]), paid, amounts), max_size=3
        ),
    )
    def pay_many(self, who: str, entries: list[tuple[str | None, int, int]]) -> Any:
        """Somebody pays wallets, and accounts that nobody linked, by one call."""
        asked = [self.entry(*one) for one in entries]
        return multiple(*self.run(self.town.pay_many(who, asked)))

    def entry(self, whom: str | None, account: int, amount: int) -> call.NewEntry:
        if whom is not None:
            return call.NewEntry(amount=amount, to=self.wallets[whom])
        number = town_.PAID[account]
        outside = draft.Outside(routing="021200025", account=number, holder_name="Ann Doe")
        return call.NewEntry(amount=amount, outside=outside)

    @rule(target=payments, who=people, amount=amounts, back=rarely)
    def exchange(self, who: str, amount: int, back: bool) -> Any:
        """Somebody changes dollars into euros, or back."""
        sells, buys = ("EUR", "USD") if back else ("USD", "EUR")
        work = self.town.exchange(self.wallets[who], sells, buys, amount)
        return self.made(self.run(work))

    @rule(payment=sent, hours=st.sampled_from([0, 24, 48, 48]))
    def reverse(self, payment: str, hours: int) -> None:
        """Collect back what was sent to a bank in error, perhaps once it has settled."""
        if hours:
            self.wait(hours)
        self.run(self.town.reverse(payment))

    @rule(payment=payments)
    def confirm(self, payment: str) -> None:
        """Let it go ahead."""
        self.ask(commands.ConfirmPayment(payment=payment))

    @rule(payment=payments, amount=parts, final=rarely)
    def capture(self, payment: str, amount: int | None, final: bool) -> None:
        """Take some."""
        self.ask(commands.CapturePayment(payment=payment, amount=amount, final=final))

    @rule(payment=payments)
    def void(self, payment: str) -> None:
        """Take it back, if it is not too late."""
        self.ask(commands.VoidPayment(payment=payment))

    @rule(payment=bought, amount=parts, wait=mostly, from_splits=mostly)
    def refund(self, payment: str, amount: int | None, wait: bool, from_splits: bool) -> None:
        """Give some back."""
        asked = commands.RefundPayment(
            payment=payment, amount=amount, wait=wait, from_splits=from_splits
        )
        self.ask(asked)

    @rule(target=disputes, payment=bought, amount=parts)
    def dispute(self, payment: str, amount: int | None) -> Any:
        """Contest some."""
        opened = self.ask(commands.OpenDispute(payment=payment, amount=amount, reason="other"))
        return multiple() if opened is None else opened.id

    @rule(dispute=disputes, outcome=st.sampled_from(["won", "lost"]))
    def resolve(self, dispute: str, outcome: Any) -> None:
        """Somebody is right."""
        self.ask(commands.ResolveDispute(dispute=dispute, outcome=outcome))

    @rule(who=people, directions=st.sampled_from(["in", "out", "both"]), frozen=rarely)
    def freeze(self, who: str, directions: Any, frozen: bool) -> None:
        """A wallet takes part in nothing new, or does so again."""
        wallet = self.wallets[who]
        if frozen:
            self.ask(wallet_commands.FreezeWallet(wallet=wallet, directions=directions))
        else:
            self.ask(wallet_commands.UnfreezeWallet(wallet=wallet))

    @rule(hours=st.sampled_from([3, 12, 24, 24, 24, 48, 8 * 24, 33 * 24]))
    def wait(self, hours: int) -> None:
        """Time passes: windows close, files go and come, what expires expires."""
        self.run(self.town.wait(hours))

    # -- what is always so

    @invariant()
    def every_cent_is_where_it_should_be(self) -> None:
        if self.looked:
            return
        seen: town_.Seen = self.run(self.town.read())
        self.looked = True
        self.check(seen)

    def check(self, seen: town_.Seen) -> None:
        expected = seen.expected(self.wallets.values())
        posted = {
            code: -amount if code.startswith(("expenses:", town_.OWED, "assets:fx:")) else amount
            for code, amount in seen.posted.items()
            if code not in (desk.CASH, desk.ANN)
        }
        posted[desk.BANK] = -posted.get(desk.BANK, 0)
        for code in expected.keys() | posted.keys():
            assert posted.get(code, 0) == expected[code], code
        for payment in seen.payments:
            assert transitions.is_sound(payment)

    def teardown(self) -> None:
        """In the end nothing is under way, and the bank says the same as we."""
        try:
            self.run(self.ended())
        finally:
            self.run(self.stack.aclose())
            self.runner.close()
            shutil.rmtree(self.directory)

    async def ended(self) -> None:
        await self.town.wait(LONG)
        await self.town.wait(LONG)
        seen = await self.town.read()
        self.check(seen)
        assert seen.posted[desk.BANK] == self.town.at_the_bank()
        assert seen.held == 0
        states = {payment.state for payment in seen.payments}
        assert not states & {"created", "authorised", "processing", "unknown"}, states
        assert not [one for one in seen.refunds if one.state == "pending"]
        assert await self.town.proven(self.directory / "keys")
        self.happened.update(seen.happened())


@pytest.fixture(scope="module")
def source(
    server: embedded.Server, template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[town_.Plan, Path]:
    """The town as it was built, in a database to copy."""
    directory = tmp_path_factory.mktemp("town") / "source"
    directory.mkdir()

    async def build() -> town_.Plan:
        owner = await asyncpg.connect(server.url_for("postgres", "postgres"))
        await owner.execute(f"create database {BUILT} template {template}")
        await owner.close()
        return await town_.build(server.url_for("postgres", BUILT), directory)

    return asyncio.run(build()), directory


def test_money_is_conserved_on_every_way(
    server: embedded.Server, source: tuple[town_.Plan, Path]
) -> None:
    happened = Counter[str]()
    run_state_machine_as_test(
        lambda: Journeys(server, *source, happened),  # type: ignore[arg-type]  # any factory will do
        settings=settings(
            max_examples=27,
            stateful_step_count=30,
            phases=(Phase.generate,),  # to make a failure smaller would take minutes
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert all(happened[one] for one in town_.HAPPENINGS), happened
