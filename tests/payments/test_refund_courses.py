"""Every course that a transfer can take whose refunds wait for money, is the one that a model of a
page foretells: what waits is claimed, and let go if it does not come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import pytest

from culm.ledger import api as ledger
from culm.payments import commands, rejections, transitions
from culm.payments.decisions import refunding
from culm.wallets import types as wallet_types
from tests.payments.courses import need, play
from tests.payments.desk import BANK, Desk

AMOUNT, FUNDS = 3, 10
DEPTH: Final = 6

Claim = tuple[int, int]


@dataclass(frozen=True)
class Model:
    """What a transfer should be. Of a refund that is `waiting` there is its amount, and how often
    it was tried; of what is `contested`, how much of it was set aside."""

    state: str = "created"
    payer: int = FUNDS
    payee: int = 0
    refunded: int = 0
    waiting: tuple[Claim, ...] = ()
    contested: tuple[Claim, ...] = ()
    lost: int = 0

    @property
    def room(self) -> int:
        """What may still be refunded or contested: what waits is claimed like what was given."""
        captured = AMOUNT if self.state == "captured" else 0
        return captured - self.refunded - sum(one for one, _ in self.contested) - self.lost

    def give(self, amount: int) -> Model:
        return replace(self, payer=self.payer + amount, payee=self.payee - amount)

    def claim(self, amount: int) -> Model:
        return replace(self, refunded=self.refunded + amount)


@dataclass(frozen=True)
class Step:
    """Something that is asked, and what the model makes of it."""

    name: str
    amount: int | None = None
    wait: bool = False

    def after(self, model: Model) -> Model:
        match self.name:
            case "confirm" | "void":
                need(model.state == "created", rejections.PaymentState)
                if self.name == "void":
                    return replace(model, state="voided")
                return replace(model.give(-AMOUNT), state="captured")
            case "expire":
                return replace(model, state="expired") if model.state == "created" else model
            case "spend":
                return replace(model, payee=0)
            case "earn":
                return replace(model, payee=model.payee + 1)
            case "refund":
                return self._refund(model, self._claimed(model))
            case "dispute":
                return self._dispute(model, self._claimed(model))
            case "try" | "give up":
                need(bool(model.waiting), rejections.RefundNotFound)
                return self._try(model, 1 if self.name == "try" else refunding.TRIES)
        return self._resolve(model)

    def _claimed(self, model: Model) -> int:
        need(model.state == "captured", rejections.PaymentState)
        amount = model.room if self.amount is None else self.amount
        need(0 < amount <= model.room, rejections.RefundExceedsCaptured)
        return amount

    def _refund(self, model: Model, amount: int) -> Model:
        if model.payee >= amount:
            return model.claim(amount).give(amount)
        need(self.wait, ledger.InsufficientFunds)
        return replace(model.claim(amount), waiting=(*model.waiting, (amount, 0)))

    def _try(self, model: Model, times: int) -> Model:
        (amount, tried), *others = model.waiting
        if model.payee >= amount:
            return replace(model.give(amount), waiting=tuple(others))
        if tried + times < refunding.TRIES:
            return replace(model, waiting=((amount, tried + times), *others))
        return replace(model.claim(-amount), waiting=tuple(others))

    def _dispute(self, model: Model, amount: int) -> Model:
        aside = min(amount, model.payee)
        contested = (*model.contested, (amount, aside))
        return replace(model, payee=model.payee - aside, contested=contested)

    def _resolve(self, model: Model) -> Model:
        need(bool(model.contested), rejections.DisputeNotFound)
        (amount, aside), *others = model.contested
        model = replace(model, contested=tuple(others))
        if self.name == "win":
            return replace(model, payee=model.payee + aside)
        return replace(model, payer=model.payer + amount, lost=model.lost + amount)


STEPS: Final = (
    *(Step("confirm"), Step("void"), Step("expire"), Step("spend"), Step("earn")),
    *(Step("refund", 1), Step("refund"), Step("refund", 2, wait=True), Step("refund", wait=True)),
    *(Step("try"), Step("give up"), Step("dispute", 1), Step("dispute"), Step("win"), Step("lose")),
)


@dataclass
class Course:
    """A transfer on its way, on a desk where every step can be taken back."""

    desk: Desk
    payer: str
    payee: str
    payment: str
    waiting: list[str] = field(default_factory=list)
    contested: list[str] = field(default_factory=list)

    @contextmanager
    def aside(self) -> Iterator[None]:
        known = list(self.waiting), list(self.contested)
        with self.desk.aside():
            yield
        self.waiting, self.contested = known

    def foretold(self, step: Step, model: Model) -> Model:
        return step.after(model)

    def ask(self, step: Step) -> None:
        payment = self.payment
        match step.name:
            case "confirm":
                self.desk.decide(commands.ConfirmPayment(payment=payment))
            case "void":
                self.desk.decide(commands.VoidPayment(payment=payment))
            case "expire":
                self.desk.now += timedelta(days=8)
                self.desk.decide(commands.ExpirePayment(payment=payment))
            case "spend":
                if left := self.desk.posted(self.payee):
                    self.desk.book(wallet_types.code(self.payee, "USD"), BANK, left)
            case "earn":
                self.desk.book(BANK, wallet_types.code(self.payee, "USD"), 1)
            case "refund":
                self._refund(step)
            case "dispute":
                asked = commands.OpenDispute(payment=payment, amount=step.amount, reason="other")
                self.contested = [*self.contested, self.desk.decide(asked).id]
            case "try" | "give up":
                self._try(1 if step.name == "try" else refunding.TRIES)
            case _:
                self._resolve("won" if step.name == "win" else "lost")

    def _refund(self, step: Step) -> None:
        asked = commands.RefundPayment(payment=self.payment, amount=step.amount, wait=step.wait)
        made = self.desk.decide(asked)
        if made.state == "pending":
            self.waiting = [*self.waiting, made.id]

    def _try(self, times: int) -> None:
        refund = self.waiting[0] if self.waiting else "ref_0000000000000001"
        for _ in range(times):
            self.desk.now += refunding.AGAIN
            tried = self.desk.decide(commands.TryRefund(refund=refund))
            if tried.state != "pending":
                self.waiting = [one for one in self.waiting if one != refund]

    def _resolve(self, outcome: Any) -> None:
        dispute = self.contested[0] if self.contested else "dis_0000000000000001"
        self.desk.decide(commands.ResolveDispute(dispute=dispute, outcome=outcome))
        self.contested = self.contested[1:]

    def compare(self, step: Step, model: Model) -> None:
        payment = self.desk.payment(self.payment)
        assert transitions.is_sound(payment)
        assert (payment.state, payment.refunded) == (model.state, model.refunded), step
        assert payment.disputed == sum(one for one, _ in model.contested) + model.lost
        assert len(self.waiting) == len(model.waiting), step
        assert (self.desk.posted(self.payer), self.desk.posted(self.payee)) == (
            model.payer,
            model.payee,
        ), step
        assert self.desk.posted("liabilities:disputes:usd") == sum(
            aside for _, aside in model.contested
        )


def begun() -> Course:
    """A transfer that was made and not confirmed."""
    desk = Desk()
    payer, payee = desk.wallet(FUNDS), desk.wallet()
    asked = commands.CreatePayment(
        kind="transfer",
        amount=AMOUNT,
        currency="USD",
        source=payer,
        destination=payee,
        confirm=False,
    )
    return Course(desk, payer, payee, desk.decide(asked).id)


def test_every_course_of_a_transfer_with_refunds_that_wait_is_as_the_model_foretells() -> None:
    assert play(begun(), STEPS, Model(), DEPTH) > 10_000


def test_the_last_try_of_a_refund_is_the_last() -> None:
    """Deeper than every course: try by try, and nothing is tried again that has ended."""
    course, model = begun(), Model()
    spent = (Step("confirm"), Step("spend"), Step("refund", wait=True))
    for step in (*spent, *[Step("try")] * refunding.TRIES):
        model = step.after(model)
        course.ask(step)
        course.compare(step, model)
    assert (model.refunded, model.waiting, model.room) == (0, (), AMOUNT)
    with pytest.raises(rejections.RefundNotFound):
        course.ask(Step("try"))
