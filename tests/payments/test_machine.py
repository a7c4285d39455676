"""Whatever is done, in whatever order: every cent is where the payments say that it is."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable
from typing import Any, Final

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from culm import app
from culm.book import book, memory
from culm.kernel import errors
from culm.ledger import tables as ledger_tables
from culm.payments import commands, tables, transitions, types
from culm.timers import commands as timer_commands
from culm.timers import tables as timer_tables
from culm.wallets import commands as wallet_commands
from tests import conftest
from tests.payments.world import BANK, World, code

FUNDS: Final = 150
SCHEDULES: Final[tuple[dict[str, Any], ...]] = (
    {"tiers": [{"fixed": 3}], "bearer": "payer", "refunds": "proportional"},
    {"tiers": [{"basis_points": 1_000}], "bearer": "payee", "refunds": "proportional"},
    {"tiers": [{"basis_points": 700}], "bearer": "payee", "refunds": "kept", "rounding": "up"},
    {"tiers": [{"fixed": 1, "basis_points": 500}], "minimum": 2, "maximum": 4},
)
WALLETS: Final = 4
wallets = st.integers(0, WALLETS - 1)
sides = st.permutations(range(WALLETS))
amounts = st.integers(1, 60)
parts = st.none() | st.integers(1, 15)
schedules = st.none() | st.integers(0, len(SCHEDULES) - 1)
shares = st.lists(st.integers(1, 4_000), max_size=2)
mostly = st.sampled_from([True, True, True, False])
rarely = st.sampled_from([False, False, False, True])


class Payments(RuleBasedStateMachine):
    """Four wallets whose owners pay, take back, contest, and are sometimes frozen."""

    payments: Any = Bundle("payments")
    disputes: Any = Bundle("disputes")

    @initialize()
    def begin(self) -> None:
        """Books in memory, with funded wallets and some prices."""
        self.loop = asyncio.new_event_loop()
        self.store, self.clock, self.catalog = memory.MemoryStore(), conftest.Clock(), app.catalog()
        self.book = book.Book(partition=0, catalog=self.catalog, store=self.store, clock=self.clock)
        self.world = World(conftest.Ledger(self.book, self.store, self.clock, self.catalog))
        self.funded = Counter[str]()
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        await self.book.start()
        await self.world.begin()
        self.wallets = [await self.world.wallet(FUNDS) for _ in range(WALLETS)]
        self.funded.update(dict.fromkeys(self.wallets, FUNDS))
        self.schedules = [(await self.world.price(**one)).id for one in SCHEDULES]

    def teardown(self) -> None:
        """Let the Book stop."""
        if hasattr(self, "book"):
            self.loop.run_until_complete(self.book.stop())
            self.loop.close()

    def _try(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Do it; None where it is refused."""
        try:
            return self.loop.run_until_complete(coroutine)
        except errors.Rejection:
            return None

    def _ask(self, command: msgspec.Struct) -> Any:
        return self._try(self.world.submit(command))

    # -- what may be done

    @rule(target=payments, sides=sides, amount=amounts, schedule=schedules, confirm=mostly)
    def transfer(self, sides: list[int], amount: int, schedule: int | None, confirm: bool) -> Any:
        """Somebody pays somebody."""
        return self._pay(sides, amount, schedule, kind="transfer", confirm=confirm)

    @rule(target=payments, sides=sides, amount=amounts, schedule=schedules, shares=shares)
    def buy(self, sides: list[int], amount: int, schedule: int | None, shares: list[int]) -> Any:
        """Somebody buys something, of which others get a part."""
        return self._purchase(sides, amount, schedule, shares)

    @rule(
        target=payments,
        sides=sides,
        amount=amounts,
        schedule=schedules,
        shares=shares,
        confirm=mostly,
    )
    def order(
        self,
        sides: list[int],
        amount: int,
        schedule: int | None,
        shares: list[int],
        confirm: bool,
    ) -> Any:
        """Somebody orders something, to be paid for when it comes."""
        return self._purchase(sides, amount, schedule, shares, confirm=confirm, capture="manual")

    def _purchase(
        self, sides: list[int], amount: int, schedule: int | None, shares: list[int], **more: Any
    ) -> Any:
        others = [self.wallets[n] for n in sides[2:]]
        pairs = zip(others, shares, strict=False)
        splits = [{"wallet": one, "basis_points": share} for one, share in pairs]
        return self._pay(sides, amount, schedule, kind="purchase", splits=splits, **more)

    def _pay(self, sides: list[int], amount: int, schedule: int | None, **more: Any) -> Any:
        if schedule is not None:
            more["fee_schedule"] = self.schedules[schedule]
        payer, payee = (self.wallets[n] for n in sides[:2])
        made = self._try(self.world.pay(payer, payee, amount, **more))
        return multiple() if made is None else made.id

    @rule(payment=payments)
    def confirm(self, payment: str) -> None:
        """Let it go ahead."""
        self._ask(commands.ConfirmPayment(payment=payment))

    @rule(payment=payments, amount=parts, final=rarely)
    def take(self, payment: str, amount: int | None, final: bool) -> None:
        """Take some."""
        self._ask(commands.CapturePayment(payment=payment, amount=amount, final=final))

    @rule(payment=payments)
    def void(self, payment: str) -> None:
        """Take it back."""
        self._ask(commands.VoidPayment(payment=payment))

    @rule(payment=payments, amount=parts, wait=mostly, from_splits=mostly)
    def refund(self, payment: str, amount: int | None, wait: bool, from_splits: bool) -> None:
        """Give some back."""
        self._ask(
            commands.RefundPayment(
                payment=payment, amount=amount, wait=wait, from_splits=from_splits
            )
        )

    @rule(target=disputes, payment=payments, amount=parts)
    def dispute(self, payment: str, amount: int | None) -> Any:
        """Contest some."""
        opened = self._ask(commands.OpenDispute(payment=payment, amount=amount, reason="other"))
        return multiple() if opened is None else opened.id

    @rule(dispute=disputes, outcome=st.sampled_from(["won", "lost"]))
    def resolve(self, dispute: str, outcome: Any) -> None:
        """Somebody is right."""
        self._ask(commands.ResolveDispute(dispute=dispute, outcome=outcome))

    @rule(dispute=disputes)
    def accept(self, dispute: str) -> None:
        """The payee gives in."""
        self._ask(commands.AcceptDispute(dispute=dispute))

    @rule(days=st.sampled_from([1, 1, 1, 2, 8]))
    def wait(self, days: int) -> None:
        """Time goes by, and what is due fires."""
        now = self.clock.advance(days=days)
        timers = self.rows(timer_tables.TIMERS).values()
        due = [one.id for one in timers if one.due is not None and one.due <= now]
        if due:
            fired = self._ask(timer_commands.FireTimers(timers=tuple(due)))
            assert fired.failed == {}

    @rule(wallet=wallets, keep=st.integers(0, 30))
    def spend(self, wallet: int, keep: int) -> None:
        """Money leaves past all payments: all but a little."""
        named = self.wallets[wallet]
        amount = self.loop.run_until_complete(self.world.available(named)) - keep
        if amount > 0:
            self.loop.run_until_complete(self.world.spend(named, amount))
            self.funded[named] -= amount

    @rule(wallet=wallets, amount=amounts)
    def fund(self, wallet: int, amount: int) -> None:
        """Money comes in past all payments."""
        named = self.wallets[wallet]
        self.loop.run_until_complete(self.world.book(BANK, code(named), amount))
        self.funded[named] += amount

    @rule(wallet=wallets, frozen=rarely)
    def freeze(self, wallet: int, frozen: bool) -> None:
        """A wallet takes part in nothing new, or does so again."""
        named = self.wallets[wallet]
        if frozen:
            self._ask(wallet_commands.FreezeWallet(wallet=named))
        else:
            self._ask(wallet_commands.UnfreezeWallet(wallet=named))

    # -- what is always so

    def rows(self, table: Any) -> dict[Any, Any]:
        return self.store.state.get((0, table), {})

    def of(self, table: Any, payment: types.Payment) -> list[Any]:
        return [one for one in self.rows(table).values() if one.payment == payment.id]

    @invariant()
    def the_amounts_are_within_their_bounds(self) -> None:
        for payment in self.rows(tables.PAYMENTS).values():
            assert transitions.is_sound(payment)
            refunds = self.of(tables.REFUNDS, payment)
            disputes = self.of(tables.DISPUTES, payment)
            assert payment.refunded == _sum(one.amount for one in refunds if one.state != "failed")
            assert payment.disputed == _sum(one.amount for one in disputes if one.state != "won")
            fee = payment.fee
            assert fee is None or 0 <= fee.refunded <= fee.taken <= fee.amount
            assert all(0 <= p.refunded <= p.captured <= p.amount for p in payment.parts)

    @invariant()
    def the_money_is_where_the_payments_say(self) -> None:
        if not hasattr(self, "wallets"):
            return
        expected = Counter({code(wallet): amount for wallet, amount in self.funded.items()})
        for payment in self.rows(tables.PAYMENTS).values():
            self._follow(payment, expected)
        posted = {
            one.account.code: one.posted * (-1 if one.account.code.startswith("expenses") else 1)
            for one in self.rows(ledger_tables.BALANCES).values()
        }
        del posted[BANK]
        for account, amount in posted.items():
            assert expected[account] == amount, account
        assert _sum(expected.values()) == _sum(self.funded.values())

    def _follow(self, payment: types.Payment, expected: Counter[str]) -> None:
        """Where the money of a payment must be, by what is known of it."""
        payer, payee = code(payment.source), code(payment.destination)

        def move(giver: str, receiver: str, amount: int) -> None:
            expected[giver] -= amount
            expected[receiver] += amount

        move(payer, payee, payment.captured)
        for part in payment.parts:
            move(payee, code(part.wallet), part.captured)
        bearer = payer if payment.fee and payment.fee.bearer == "payer" else payee
        if payment.fee is not None:
            move(bearer, "income:fees:usd", payment.fee.taken)
        for refund in self.of(tables.REFUNDS, payment):
            if refund.state == "succeeded":
                move(payee, payer, refund.amount)
                move("income:fees:usd", bearer, refund.fee)
                for part, amount in zip(payment.parts, refund.parts, strict=False):
                    move(code(part.wallet), payee, amount)
        for dispute in self.of(tables.DISPUTES, payment):
            if dispute.state == "open":
                move(payee, "liabilities:disputes:usd", dispute.held)
            elif dispute.state != "won":
                move(payee, payer, dispute.held)
                move("expenses:disputes:usd", payer, dispute.amount - dispute.held)

    @invariant()
    def what_is_held_is_what_may_still_be_captured(self) -> None:
        held = Counter[str]()
        for payment in self.rows(tables.PAYMENTS).values():
            if payment.state == "authorised":
                fee = payment.fee
                extra = fee.amount - fee.taken if fee and fee.bearer == "payer" else 0
                held[payment.source_account] += payment.uncaptured + extra
        for balance in self.rows(ledger_tables.BALANCES).values():
            assert balance.held_out == held[balance.account.id]

    @invariant()
    def only_what_waits_has_a_timer(self) -> None:
        armed = {one.id for one in self.rows(timer_tables.TIMERS).values() if one.due is not None}
        waiting = {
            f"{one.id}:expiry"
            for one in self.rows(tables.PAYMENTS).values()
            if one.state in ("created", "authorised")
        }
        refunds = self.rows(tables.REFUNDS).values()
        waiting |= {f"{one.id}:trial" for one in refunds if one.state == "pending"}
        assert armed == waiting


def _sum(amounts: Iterable[int]) -> int:
    return sum(amounts)


TestPayments = Payments.TestCase
TestPayments.settings = settings(
    max_examples=250,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
