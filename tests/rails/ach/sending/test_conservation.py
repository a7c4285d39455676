"""Money is conserved, whatever the order in which transfers are ordered, sent, settled, rejected,
returned, dishonoured, contested and reversed. A state machine against a model that knows only what
the bank has moved."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from culm.book import book, memory
from culm.kernel import errors
from culm.ledger import commands as ledger
from culm.rails.ach import calendar
from culm.rails.ach.files import commands, plan
from culm.rails.ach.files import types as file_types
from culm.rails.ach.odfi import types as odfi
from culm.rails.ach.transfers import commands as transfer_commands
from culm.rails.ach.transfers import tables, types
from culm.rails.ach.windows import commands as windows
from tests import conftest
from tests.rails.ach.sending import desk, orders
from tests.rails.ach.sending.desk import ANN, BANK, CASH, OWED, SUSPENSE

BOB = "liabilities:wallets:bob:usd"
START = 100_000
MANY = 6
"""Files, after which no more days are played in one step: each settles all of them."""
CODES = ("R61", "R62", "R67", "R67", "R68", "R69", "R69", "R70")


class Rail(RuleBasedStateMachine):
    """Ann and Bob pay and are paid; the bank does as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.moved = 0
        """What the bank has moved into our account at it."""
        self.brought = 2 * START
        self.known: list[str] = []
        self.closed: set[str] = set()
        self.apart: set[str] = set()
        """Dishonours of returns whose money was set apart."""
        self.strays: set[str] = set()
        """Transfers with such a return that nobody has answered."""
        self.files: dict[str, list[str]] = {}
        self.accepted: set[str] = set()
        self.numbers = 0
        self.run(self.begin())

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.book.stop())
        self.runner.close()

    async def begin(self) -> None:
        self.clock, catalog, store = conftest.Clock(), orders.with_orders(), memory.MemoryStore()
        self.book = book.Book(partition=0, catalog=catalog, store=store, clock=self.clock)
        await self.book.start()
        self.desk = desk.Desk(conftest.Ledger(self.book, store, self.clock, catalog))
        await self.desk.open()
        await self.desk.ask(ledger.OpenAccount(code=BOB, currency="USD", minimum=0))
        await self.desk.move(CASH, BOB, START)

    def ask(self, command: msgspec.Struct) -> Any:
        return self.run(self.desk.ask(command))

    def transfer(self, transfer: str) -> types.Transfer:
        return self.run(self.desk.transfer(transfer))  # type: ignore[no-any-return]

    def has(self, kind: str) -> bool:
        """Whether there is a transfer of a kind that was sent and has not come back."""
        sent = ("batched", "settled")
        return any(o.kind == kind and o.state in sent for o in map(self.transfer, self.known))

    def is_out(self, transfer: types.Transfer) -> bool:
        """Whether the bank has a transfer, and has neither refused it nor sent it back."""
        if transfer.state == "batched":
            sent = (batch for file in self.accepted for batch in self.files[file])
            return transfer.batch in sent
        return transfer.state == "settled"

    def pick(self, data: Any, state: str, direction: str = "") -> types.Transfer | None:
        """A transfer in a state, perhaps of one direction."""
        found = [
            one
            for one in map(self.transfer, self.known)
            if one.state == state and direction in ("", one.direction)
        ]
        return data.draw(st.sampled_from(found)) if found else None

    @rule(
        account=st.sampled_from([ANN, BOB]),
        direction=st.sampled_from(["credit", "debit"]),
        amounts=st.lists(st.integers(1, 40_000), min_size=1, max_size=3),
        same_day=st.booleans(),
    )
    def order(self, account: str, direction: str, amounts: list[int], same_day: bool) -> None:
        given = {"account": account, "direction": direction, "same_day": same_day}
        for amount in amounts:
            with contextlib.suppress(errors.Rejection):
                self.known.append(self.run(self.desk.send(amount, **given)))

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        if queued := self.pick(data, "queued"):
            assert self.run(self.desk.withdraw(queued.id)) is (queued.kind != "dishonour")

    @rule(share=st.sampled_from([0.2, 1.0]))
    def spend(self, share: float) -> None:
        """Ann pays Bob a part of what she has, or all of it."""
        balance = self.run(self.desk.balance(ANN))
        if amount := int((balance.posted - balance.held_out) * share):
            with contextlib.suppress(errors.Rejection):
                self.run(self.desk.move(ANN, BOB, amount))

    @rule(freeze=st.sampled_from(["none", "in", "out", "both"]))
    def freeze(self, freeze: Any) -> None:
        self.ask(ledger.UpdateAccount(account=ANN, freeze=freeze))

    @precondition(lambda self: self.known)
    @rule()
    def cut(self) -> None:
        """The next cut-off comes, and what waits is a file."""
        for window in self.run(self.desk.windows()):
            if window.id in self.closed:
                continue
            self.closed.add(window.id)
            self.clock.now = max(self.clock.now, window.closes)
            self.ask(windows.CloseWindow(window=window.id))
            waiting = [one for one in map(self.transfer, self.known) if one.window == window.id]
            rows = [
                plan.Row(o.id, o.kind, o.sec, o.direction, o.description, o.amount) for o in waiting
            ]
            for step in plan.steps(window.id, rows):
                made = self.ask(step)
                if isinstance(step, commands.FinishFile) and made.id:
                    self.files[made.id] = []
                elif made.id:
                    self.files.setdefault("new", []).append(made.id)
            for file in [one for one, batches in self.files.items() if not batches]:
                self.files[file] = self.files.pop("new")

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def whole_day(self, data: Any) -> None:
        """All goes well."""
        self.cut()
        for _ in sorted(self.files.keys() - self.accepted):
            self.send(data, doubt=False, verdict="accepted", batches=False)
        self.settle()

    @rule(
        data=st.data(),
        doubt=st.booleans(),
        verdict=st.sampled_from(["accepted", "rejected"]),
        batches=st.booleans(),
    )
    def send(self, data: Any, doubt: bool, verdict: Any, batches: bool) -> None:
        """A file is sent, perhaps with doubts, and acknowledged."""
        left = sorted(self.files.keys() - self.accepted - {"new"})
        if not left:
            return
        file_id = data.draw(st.sampled_from(left))
        sha = f"{self.numbers:064x}"
        entries = sum(len(self.members(batch)) for batch in self.files[file_id])
        begin = commands.BeginSending(
            file=file_id, sha256=sha, size=1, part="x.part", entries=entries
        )
        self.ask(begin)
        said = commands.NoteUnknown(file=file_id, reason="cut") if doubt else None
        file: file_types.File = self.ask(said or commands.NoteSent(file=file_id))
        numbers = st.sets(st.sampled_from(range(1, len(file.batches) + 1)))
        refused = data.draw(numbers) if batches else set()
        self.ask(
            commands.Acknowledge(
                name=file.name,
                sha256=sha,
                verdict=verdict,
                batches=tuple(commands.BatchVerdict(n, "rejected") for n in sorted(refused)),
            )
        )
        self.accepted.add(file_id)
        for number, batch in enumerate(self.files[file_id], 1):
            if doubt:
                self.ask(commands.DoubtBatch(batch=batch, transfers=self.members(batch)))
            if verdict == "rejected" or number in refused:
                code: Any = "file" if verdict == "rejected" else "batch"
                reject = commands.RejectBatch(batch=batch, transfers=self.members(batch), code=code)
                self.ask(reject)

    def members(self, batch: str) -> tuple[str, ...]:
        return tuple(one.id for one in map(self.transfer, self.known) if one.batch == batch)

    @rule()
    def settle(self) -> None:
        """The settlement day of every file that was accepted comes."""
        self.clock.now = calendar.moment(
            calendar.after(calendar.day_of(self.clock.now), 1), odfi.STANDARD.settles
        )
        for file_id in sorted(self.accepted):
            for batch in self.files[file_id]:
                before = {one: self.transfer(one).state for one in self.members(batch)}
                with contextlib.suppress(errors.Rejection):
                    self.ask(commands.SettleBatch(batch=batch, transfers=self.members(batch)))
                for one, state in before.items():
                    after = self.transfer(one)
                    if (state, after.state) == ("batched", "settled"):
                        self.moved += self.signed(after)

    def signed(self, transfer: types.Transfer) -> int:
        """What a transfer does to our account at the bank."""
        return transfer.amount if transfer.direction == "debit" else -transfer.amount

    @precondition(lambda self: self.has("payment"))
    @rule(
        data=st.data(),
        state=st.sampled_from(["batched", *["settled"] * 4, "returned", "queued", "rejected"]),
        reason=st.sampled_from(["R01", "R03", "R10"]),
        late=st.booleans(),
        more=st.sampled_from([0, 0, 0, 1]),
        again=st.booleans(),
        poor=st.booleans(),
    )
    def come_back(
        self, data: Any, state: str, reason: str, late: bool, more: int, again: bool, poor: bool
    ) -> None:
        """The bank returns something: what it should, or not."""
        transfer = self.pick(data, state)
        if transfer is None:
            return
        if poor:
            self.draw_out()
        self.numbers += 1
        trace = transfer.return_trace if again else ""
        today = calendar.day_of(self.clock.now)
        returned = transfer_commands.Returned(
            trace=transfer.trace or "990000009999999",
            amount=transfer.amount + more,
            direction=transfer.direction,
            reason=reason,
            returned_on=today + timedelta(days=100) if late else today,
            return_trace=trace or f"0210000{self.numbers:08}",
        )
        known_before = transfer.return_trace and transfer.return_trace == returned.return_trace
        done = self.take(returned)
        if known_before and transfer.kind != "dishonour":
            assert done.known == 1
        elif done.unmatched:
            self.moved -= self.signed(transfer) + (more if transfer.direction == "debit" else -more)
        elif transfer.state == "settled":
            self.moved -= self.signed(transfer)
        self.learn(transfer.id)

    def draw_out(self) -> None:
        """Whoever was paid draws all of it out before it comes back."""
        for code in (ANN, BOB):
            balance = self.run(self.desk.balance(code))
            if available := balance.posted - balance.held_out:
                with contextlib.suppress(errors.Rejection):
                    self.run(self.desk.move(code, CASH, available))
                    self.brought -= available

    @precondition(lambda self: self.has("dishonour"))
    @rule(data=st.data())
    def contest(self, data: Any) -> None:
        """The other bank does not accept a dishonour."""
        found = [
            one
            for one in map(self.transfer, self.known)
            if one.kind == "dishonour" and self.is_out(one)
        ]
        if not found:
            return
        dishonour = data.draw(st.sampled_from(found))
        self.numbers += 1
        original = self.transfer(dishonour.original)
        done = self.take(
            transfer_commands.Returned(
                trace=original.trace,
                amount=dishonour.amount,
                direction=dishonour.direction,
                reason="R73",
                returned_on=calendar.day_of(self.clock.now),
                return_trace=f"0210000{self.numbers:08}",
                dishonour=dishonour.trace,
            )
        )
        assert done.matched == 1
        apart = dishonour.id in self.apart
        assert self.transfer(original.id).state == (original.state if apart else "contested")
        if dishonour.state == "settled":
            self.moved -= self.signed(dishonour)

    @precondition(lambda self: self.has_come_back())
    @rule(data=st.data(), code=st.sampled_from(CODES), poor=st.booleans(), sent=st.booleans())
    def dishonour(self, data: Any, code: Any, poor: bool, sent: bool) -> None:
        """Somebody does not accept a return, for whatever reason."""
        back = [o for o in map(self.transfer, self.known) if o.state == "returned"]
        back += [self.transfer(one) for one in sorted(self.strays)]
        if poor:
            self.draw_out()
        self.dishonour_one(data.draw(st.sampled_from(back)), code)
        if sent and len(self.files) < MANY:
            self.whole_day(data)

    def has_come_back(self) -> bool:
        """Whether there is a return that may be dishonoured."""
        known = map(self.transfer, self.known)
        return bool(self.strays) or any(one.state == "returned" for one in known)

    def dishonour_one(self, transfer: types.Transfer, code: Any) -> None:
        """What may be dishonoured is; what may not be leaves no trace."""
        wrong: Any = ("amount",) if code == "R69" else ()
        command = transfer_commands.DishonourReturn(transfer=transfer.id, code=code, wrong=wrong)
        try:
            dishonour = self.ask(command)
        except errors.Rejection:
            assert self.transfer(transfer.id) == transfer
            return
        assert transfer.kind != "dishonour", "a contest is the end of it"
        self.known.append(dishonour.id)
        if self.transfer(transfer.id).state == transfer.state:
            self.apart.add(dishonour.id)
            self.strays.remove(transfer.id)

    def take(self, returned: transfer_commands.Returned) -> transfer_commands.Taken:
        taken: transfer_commands.Taken = self.ask(
            transfer_commands.TakeReturns(returns=(returned,))
        )
        if taken.unmatched:
            rows = self.run(self.desk.ledger.store.load(tables.APART, 0, self.known))
            self.strays = {one.id for one in rows.values() if not one.dishonour}
        return taken

    @precondition(lambda self: self.has("payment"))
    @rule(data=st.data(), direction=st.sampled_from(["credit", "debit"]), poor=st.booleans())
    def reverse(self, data: Any, direction: str, poor: bool) -> None:
        """Somebody takes a payment back: what was sent, or what was collected, which is refused
        where the account has not got it."""
        settled = self.pick(data, "settled", direction)
        if settled is None:
            return
        if poor:
            self.draw_out()
        self.reverse_one(settled)

    def reverse_one(self, payment: types.Transfer) -> None:
        """What may be reversed is; what may not be leaves no trace."""
        reverse = transfer_commands.ReverseTransfer(transfer=payment.id)
        try:
            reversal = self.ask(reverse)
        except errors.Rejection:
            assert self.transfer(payment.id) == payment
            return
        assert (reversal.kind, reversal.amount) == ("reversal", str(payment.amount))
        assert reversal.direction != payment.direction
        self.learn(payment.id)

    @precondition(lambda self: len(self.files) < MANY)
    @rule(
        data=st.data(),
        account=st.sampled_from([ANN, BOB]),
        direction=st.sampled_from(["credit", "debit"]),
        amount=st.integers(1, 40_000),
        first=st.sampled_from(["reversal", "payment", "neither"]),
        sent=st.booleans(),
        code=st.sampled_from(["", "R61", "R62"]),
    )
    def mistake(
        self,
        data: Any,
        account: str,
        direction: str,
        amount: int,
        first: str,
        sent: bool,
        code: str,
    ) -> None:
        """A payment is made and reversed, and one of the two may come back before the other, while
        the reversal waits for its cut-off or later; that may be dishonoured."""
        given = {"account": account, "direction": direction}
        try:
            payment = self.run(self.desk.send(amount, **given))
        except errors.Rejection:
            return
        self.known.append(payment)
        self.whole_day(data)
        if self.transfer(payment).state != "settled":
            return
        self.reverse_one(self.transfer(payment))
        reversal = self.transfer(payment).followed
        if sent:
            self.whole_day(data)
        named = {"reversal": reversal, "payment": payment, "neither": ""}[first]
        if named and self.transfer(named).state in ("settled", "queued"):
            self.bring_back(self.transfer(named))
            if code:
                self.dishonour_one(self.transfer(named), code)

    def bring_back(self, transfer: types.Transfer) -> None:
        """The bank returns a transfer in time, which it has or not."""
        self.numbers += 1
        returned = transfer_commands.Returned(
            trace=transfer.trace or "990000009999999",
            amount=transfer.amount,
            direction=transfer.direction,
            reason="R03",
            returned_on=calendar.day_of(self.clock.now),
            return_trace=f"0210000{self.numbers:08}",
        )
        self.take(returned)
        self.moved -= self.signed(transfer)
        self.learn(transfer.id)

    def learn(self, transfer: str) -> None:
        """Entries about others are transfers too."""
        followed = self.transfer(transfer).followed
        if followed and followed not in self.known:
            self.known.append(followed)

    @precondition(lambda self: self.known)
    @invariant()
    def money_is_conserved(self) -> None:
        balances = {
            code: self.run(self.desk.balance(code))
            for code in (ANN, BOB, BANK, OWED, SUSPENSE, CASH)
        }
        posted = {code: one.posted for code, one in balances.items()}
        assert posted[BANK] == self.moved
        owned = posted[ANN] + posted[BOB] + posted[SUSPENSE] - posted[OWED]
        assert owned == self.brought + self.moved
        assert posted[ANN] >= balances[ANN].held_out
        assert posted[BOB] >= balances[BOB].held_out
        assert posted[OWED] >= 0

    @precondition(lambda self: self.known)
    @invariant()
    def what_is_on_its_way_is_held(self) -> None:
        sums = defaultdict[str, int](int)
        for one in map(self.transfer, self.known):
            if one.state in ("queued", "batched"):
                sums[one.direction] += one.amount
        bank = self.run(self.desk.balance(BANK))
        assert (bank.held_out, bank.held_in) == (sums["debit"], sums["credit"]) or (
            bank.held_in,
            bank.held_out,
        ) == (sums["debit"], sums["credit"])


Rail.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestRail = Rail.TestCase
